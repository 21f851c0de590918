/** The admin API of a configured gateway: what it is lent, and when it is there. Its routes are loaded with the first request. */
import type { AdminSettings } from '../../config/admin.ts';
import type { Config } from '../../config/types.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { Door } from '../admin/door.ts';
import type { AdminApp } from '../admin/app.ts';
import { Operators } from '../admin/operators.ts';
import type { AdminPorts } from '../admin/ports.ts';
import type { Composed } from '../compose.ts';
import { ConsoleFiles } from './console-files.ts';
import { redeemToken } from './console-tokens.ts';
import { nodeRuntime, sha256 } from './runtime.ts';

export interface AdminOptions {
  readonly composed: Composed;
  /** The one in force. */
  readonly config: () => Config;
  /** Called where the keys of the store changed, so that it counts at once. */
  readonly keysChanged: () => void;
  /** Where it listens. */
  readonly url: () => string;
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
    const app = () => (this.#app ??= this.#load());
    this.#door = new Door({ operators: this.#operators, app, page: new ConsoleFiles().serve });
  }

  /** Takes over whether it is there, and what opens it. */
  change({ enabled, key }: AdminSettings): void {
    this.#operators.change(key);
    if (enabled === this.#isOn) return;
    this.#isOn = enabled;
    this.#options.composed.operate(enabled ? this.#door : undefined);
  }

  /** A token for the address of the console, good once and soon; undefined where the admin API is off. */
  token(): string | undefined {
    return this.#isOn ? this.#operators.token() : undefined;
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
    const { composed, config, url } = this.#options;
    return {
      gateway: composed.gateway,
      operators: this.#operators,
      version: SLUICE_VERSION,
      node: composed.gateway.context.node,
      startedAt: this.#startedAt,
      url: () => config().publicUrl ?? url(),
      config,
      pageReports: () => this.#door.reports.count,
    };
  }
}
