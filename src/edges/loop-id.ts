/** By which a gateway knows its own requests again: one for the process, as all its gateways share its servers. */
let id: string | undefined;

/** Made when it is first asked for: some runtimes have no randomness before the first request. */
export function loopId(): string {
  id ??= crypto.randomUUID();
  return id;
}
