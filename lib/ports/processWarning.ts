/** What Node's `process` offers; there is none in a browser. */
interface WarningSource {
  readonly emitWarning: (message: string, options: { type: string; code: string }) => void;
}

/** Warns once about a mistake in the calling code, as Node warns; silent where there is no process. */
export function processWarning(code: string, message: string): void {
  const { process } = globalThis as { readonly process?: Partial<WarningSource> };
  process?.emitWarning?.(message, { type: 'LeaderElectionWarning', code });
}
