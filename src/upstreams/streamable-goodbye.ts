/** Tells a server that a session is over (MCP 2025-03-26, session management); whether it listens is its own affair. */
import type { HttpFailure } from './network-caller.ts';
import { SiteRequest } from './network-request.ts';
import type { Site } from './network-site.ts';
import { within } from './within.ts';

export class Goodbye extends SiteRequest {
  /** Resolves when the server has answered, or took too long. */
  readonly said: Promise<void>;
  #over: () => void = () => {};

  constructor(site: Site, target: string, headers: readonly string[]) {
    super(site);
    const answer = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    this.ask({ method: 'DELETE', target, headers, silenceMs: site.closeMs }, true);
    this.said = within(answer, site.closeMs, site.runtime).then(() => {
      this.cancel();
      site.farewells.delete(this.said);
    });
    site.farewells.add(this.said);
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
