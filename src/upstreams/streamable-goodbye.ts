/** Tells a server that a session is over (MCP 2025-03-26, session management); whether it listens is its own affair. */
import type { HttpFailure } from './network-caller.ts';
import { type Reach, RemoteRequest } from './network-request.ts';
import { within } from './within.ts';

export class Goodbye extends RemoteRequest {
  /** Resolves when the server has answered, or took too long. */
  readonly said: Promise<void>;
  #over: () => void = () => {};

  constructor(reach: Reach, target: string, headers: readonly string[]) {
    super(reach);
    const { remote } = reach;
    const answer = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    this.ask({ method: 'DELETE', target, headers, silenceMs: remote.closeMs }, true);
    this.said = within(answer, remote.closeMs, remote.runtime).then(() => {
      this.cancel();
      remote.farewells.delete(this.said);
    });
    remote.farewells.add(this.said);
  }

  protected override answered(): void {
    this.#over();
  }

  override data(chunk: Uint8Array): void {
    this.passes(chunk);
  }

  protected override ended(): void {
    this.#over();
  }

  protected override broke(_failure: HttpFailure): void {
    this.#over();
  }

  protected override refused(): void {
    this.#over();
  }
}
