/** Path of the Consul binary that the run found before any spec started, if any. */
export const consulBinary: string | undefined = process.env['CONSUL_BIN'];

/** A `describe` that is skipped where there is no Consul; with `CI=true` the run does not start then. */
export function describeWithConsul(name: string, fn: () => void): void {
  if (consulBinary !== undefined) {
    describe(name, fn);
    return;
  }
  if (process.env['CONSUL_MISSING'] === undefined) {
    throw new Error(
      'No Consul was looked for: this spec belongs to the integration project of jest.',
    );
  }
  // The end of the run says so, with the reason.
  describe.skip(name, fn);
}
