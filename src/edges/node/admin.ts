/** The admin API of a configured gateway: what it is lent, and when it is there. Its routes are loaded with the first request. */
import type { AdminSettings } from '../../config/admin.ts';
import type { Config } from '../../config/types.ts';
import { maskCredentials, scrub } from '../../config/secrets.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { Door } from '../admin/door.ts';
import type { AdminApp } from '../admin/app.ts';
import { Operators } from '../admin/operators.ts';
import type { AdminPorts } from '../admin/ports.ts';
import type { LogRing } from '../../log-ring.ts';
import type { Live } from '../admin/live.ts';
import type { Composed } from '../compose.ts';
import { ConsoleFiles } from './console-files.ts';
import { redeemToken } from './console-tokens.ts';
import { openable } from './openable.ts';
import { nodeRuntime, sha256 } from './runtime.ts';
import { serverFacts } from './server-facts.ts';

export interface AdminOptions {
  readonly composed: Composed;
  /** The one in force. */
  readonly config: () => Config;
  /** Called where the keys of the store changed, so that it counts at once. */
  readonly keysChanged: () => void;
  /** Where it listens. */
  readonly url: () => string;
  readonly live: Live;
  /** Its last lines, and those to come; default: nobody keeps any. */
  readonly log?: LogRing | undefined;
}

export class Admin {
  readonly #options: AdminOptions;
  readonly #operators: Operators;
  readonly #door: Door;
  readonly #startedAt = Date.now();
  #app: Promise<AdminApp> | undefined;
  #isOn = false;

  constructor(options: AdminOptions) {
    this.#options = options;
    const { composed, config } = options;
    this.#operators = new Operators({
      runtime: nodeRuntime,
      sha256,
      changed: () => composed.review(),
      redeem: (token) => redeemToken(config().dataDir, token),
    });
    const { live, log } = options;
    live.attach({
      gateway: composed.gateway,
      hello: () => this.#hello,
      url: () => this.#url,
      hasSse: () => composed.front.rules.sse.enabled,
      factsOf: serverFacts(config, () => composed.front.rules.sites),
      clean: (text) => maskCredentials(scrub(text, config().secrets)),
    });
    const unlisten = log?.listen((line) => live.logged(line));
    if (unlisten) composed.gateway.onClose(unlisten);
    const app = () => (this.#app ??= this.#load());
    const page = new ConsoleFiles().serve;
    const isOn = () => this.#isOn;
    this.#door = new Door({ operators: this.#operators, isOn, app, url: () => this.#url, page });
  }

  /** Takes over whether it is there, and what opens it. */
  change({ enabled, key }: AdminSettings): void {
    this.#operators.change(key);
    if (enabled === this.#isOn) return;
    this.#isOn = enabled;
    this.#options.composed.operate(enabled ? this.#door : undefined);
    this.#options.live.change(enabled);
  }

  /** A token for the address of the console, good once and soon; undefined where the admin API is off. */
  token(): string | undefined {
    return this.#isOn ? this.#operators.token() : undefined;
  }

  /** What browsers said that the console was kept from. */
  get pageReports(): number {
    return this.#door.reports.count;
  }

  get #hello() {
    const { node } = this.#options.composed.gateway.context;
    return { startedAt: this.#startedAt, version: SLUICE_VERSION, node };
  }

  get #url(): string {
    const { config, url } = this.#options;
    return config().publicUrl ?? openable(url());
  }

  async #load(): Promise<AdminApp> {
    const [{ createAdminApp }, { AdminKeys }, { AdminAudit }] = await Promise.all([
      import('../admin/app.ts'),
      import('./admin-keys.ts'),
      import('./admin-audit.ts'),
    ]);
    const { config, keysChanged: changed } = this.#options;
    const keys = new AdminKeys({ config, changed });
    return createAdminApp({ ...this.#ports, keys, audit: new AdminAudit(config) });
  }

  get #ports(): Omit<AdminPorts, 'keys' | 'audit'> {
    const { composed, config, live, log } = this.#options;
    return {
      gateway: composed.gateway,
      operators: this.#operators,
      ...this.#hello,
      url: () => this.#url,
      config,
      serve: (visit) => composed.front.take(visit),
      pageReports: () => this.pageReports,
      live,
      logLines: () => log?.entries() ?? [],
    };
  }
}
