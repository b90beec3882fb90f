/** A reason to end the demo; the message is all that is shown of it. */
export class DemoFailure extends Error {
  name = 'DemoFailure';

  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
