/** The part of `node:diagnostics_channel` that is used. */
interface DiagnosticsChannel {
  readonly hasSubscribers: boolean;
  readonly publish: (message: unknown) => void;
}

interface BuiltinModules {
  readonly getBuiltinModule: (id: string) => {
    readonly channel: (name: string) => DiagnosticsChannel;
  };
}

/**
 * Publishes what happened on a channel of `node:diagnostics_channel`, for who traces or counts. The message is
 * made only where somebody has subscribed; a runtime without the module publishes nothing.
 */
export function publish(name: string, messageOf: () => object): void {
  const { process } = globalThis as { readonly process?: Partial<BuiltinModules> };
  // Not imported, so that bundles for a browser need not leave it out.
  const channel = process?.getBuiltinModule?.('node:diagnostics_channel').channel(name);
  if (channel?.hasSubscribers === true) channel.publish(messageOf());
}
