import { gunzip } from 'node:zlib';
import { electionError } from '../../errors.js';
import type { TransportResponse } from '../../ports/transport.js';
import { errorMessage } from './connectionFailure.js';

/**
 * How much of an answer is read, in bytes, and how much is made of one that is compressed. A value has 512 KiB at most, 700 kB in base64; a thousand
 * locks under one prefix were 184 kB.
 */
const maxBodyBytes = 4 * 1024 * 1024;

/** The part of undici's controller that is needed here. */
interface Controller {
  readonly abort: (reason: Error) => void;
}

/** Whether an answer is still wanted, and how to say that it is not. */
export interface AbortState {
  aborted: boolean;
  /** Whether it came, or never will: then there is nothing to give up. */
  ended: boolean;
  /** Known once the request is on its way. */
  controller?: Controller;
}

/** Gives up a request, wherever it is. */
export function abort(abortState: AbortState): void {
  abortState.aborted = true;
  abortState.controller?.abort(abortReason);
}

/** Nobody hears of it, so one will do, and its stack need not be taken each time. */
const abortReason = new Error('The request was given up.');

/**
 * Gathers an answer from the events of undici's `dispatch`. Its `request` brings a stream and a signal
 * for each answer, which took longer than Consul did.
 */
export function answerHandler(
  abortState: AbortState,
  resolve: (response: TransportResponse) => void,
  reject: (error: Error) => void,
): AnswerHandler {
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;
  let headers: Record<string, string> = {};

  return {
    onRequestStart: (controller) => {
      abortState.controller = controller;
      if (abortState.aborted) controller.abort(abortReason);
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
      abortState.ended = true;
      const body = Buffer.concat(chunks);
      if (headers['content-encoding'] === 'gzip')
        unpack({ status, headers, body }, resolve, reject);
      else resolve({ status, headers, body: body.toString('utf8') });
    },
    onResponseError: (_, error) => {
      abortState.ended = true;
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
    message: `The answer was larger than ${maxBodyBytes} bytes. Consul does not send that much here. Check that the address is a Consul agent's.`,
    details: { limitBytes: maxBodyBytes },
    retryable: false,
  });

/** Unpacks a body, and no more of it than an answer may have. */
function unpack(
  { status, headers, body }: Omit<TransportResponse, 'body'> & { readonly body: Buffer },
  resolve: (response: TransportResponse) => void,
  reject: (error: Error) => void,
): void {
  gunzip(body, { maxOutputLength: maxBodyBytes }, (error, unpacked) => {
    if (error === null) resolve({ status, headers, body: unpacked.toString('utf8') });
    else reject(isTooLarge(error) ? tooLarge() : notGzip(status, errorMessage(error)));
  });
}

const isTooLarge = ({ code }: NodeJS.ErrnoException): boolean => code === 'ERR_BUFFER_TOO_LARGE';

const notGzip = (status: number, reason: string): Error =>
  electionError('ANSWER_MALFORMED', {
    message: `An answer (${status}) claims to be gzip, but cannot be decompressed: ${reason}. A proxy may have changed it. Check what lies between this process and the agent.`,
    details: { status, reason },
    retryable: true,
  });
