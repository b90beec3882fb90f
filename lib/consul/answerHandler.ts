import { electionError } from '../errors.js';
import type { TransportResponse } from '../ports/transport.js';

/**
 * How much of an answer is read, in bytes. A value has 512 KiB at most, 700 kB in base64; a thousand
 * locks under one prefix were 184 kB.
 */
const maxBodyBytes = 4 * 1024 * 1024;

/** The part of undici's controller that is needed here. */
interface Controller {
  readonly abort: (reason: Error) => void;
}

/** Whether an answer is still wanted, and how to say that it is not. */
export interface Abortion {
  aborted: boolean;
  /** Whether it came, or never will: then there is nothing to give up. */
  ended: boolean;
  /** Known once the request is on its way. */
  controller?: Controller;
}

/** Gives up a request, wherever it is. */
export function abort(abortion: Abortion): void {
  abortion.aborted = true;
  abortion.controller?.abort(unwanted);
}

/** Nobody hears of it, so one will do, and its stack need not be taken each time. */
const unwanted = new Error('The request was given up.');

/**
 * Gathers an answer from the events of undici's `dispatch`. Its `request` brings a stream and a signal
 * for each answer, which took longer than Consul did.
 */
export function answerHandler(
  abortion: Abortion,
  resolve: (response: TransportResponse) => void,
  reject: (error: Error) => void,
): AnswerHandler {
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;
  let headers: Record<string, string> = {};

  return {
    onRequestStart: (controller) => {
      abortion.controller = controller;
      if (abortion.aborted) controller.abort(unwanted);
    },
    onResponseStart: (_, statusCode, received) => {
      status = statusCode;
      headers = Object.fromEntries(
        Object.entries(received).map(([name, value]) => [name, String(value)]),
      );
    },
    onResponseData: (controller, chunk) => {
      length += chunk.length;
      // Its connection goes with it.
      if (length > maxBodyBytes) controller.abort(tooLarge());
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      abortion.ended = true;
      resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
    },
    onResponseError: (_, error) => {
      abortion.ended = true;
      reject(error);
    },
  };
}

/** The events of a request, as undici names them. */
export interface AnswerHandler {
  readonly onRequestStart: (controller: Controller) => void;
  readonly onResponseStart: (
    controller: Controller,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ) => void;
  readonly onResponseData: (controller: Controller, chunk: Buffer) => void;
  readonly onResponseEnd: () => void;
  readonly onResponseError: (controller: Controller, error: Error) => void;
}

const tooLarge = (): Error =>
  electionError('ANSWER_TOO_LARGE', {
    message: `The answer was cut off after ${maxBodyBytes} bytes, more than Consul sends. Check that the address is that of a Consul agent.`,
    details: { limitBytes: maxBodyBytes },
    retryable: false,
  });
