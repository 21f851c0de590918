/** Takes over a changed configuration file while the gateway runs. */
import { type ConfigDiff, diffConfig, inForce } from '../config/diff.ts';
import { ConfigError } from '../config/problems.ts';
import type { Config } from '../config/types.ts';
import type { Running } from '../edges/node/start.ts';
import type { Logger } from '../log.ts';
import { missingCommands } from './commands-exist.ts';
import { exposureOf } from './exposure.ts';
import type { Loaded, LoadOptions } from './load.ts';
import { parseConfig, readText } from './load.ts';

export interface ReloadOptions {
  readonly loaded: Loaded;
  /** The same flags, environment and file as at the start. */
  readonly load: LoadOptions;
  readonly gateway: Pick<Running, 'reload'>;
  readonly logger: Logger;
  /** Told of the configuration now in force. */
  readonly adopted?: (config: Config) => void;
}

/**
 * Reads the file anew on `check()`. Does nothing when its text is the same; keeps the configuration in force,
 * and says so, when the new one cannot be used. Never rejects; one reload at a time.
 */
export class Reloader {
  readonly #options: ReloadOptions;
  /** What is in force, whatever the file says by now. */
  #config: Config;
  #text: string;
  #running: Promise<void> | undefined;
  #again = false;
  #isForced = false;
  /** What was told last: a file that stays missing must not fill the log. */
  #told = '';

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#config = options.loaded.config;
    this.#text = options.loaded.text;
  }

  /** @param isForced also where the text is the same: files and commands that it names may say something else */
  check(isForced = false): Promise<void> {
    this.#isForced ||= isForced;
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#checkUntilQuiet().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #checkUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#checkOnce();
      } catch (error) {
        this.#keep(error);
      }
    } while (this.#again);
  }

  async #checkOnce(): Promise<void> {
    const { loaded, load, gateway, adopted } = this.#options;
    const text = await readText(loaded.path, load.file);
    const isForced = this.#isForced;
    this.#isForced = false;
    if (text === this.#text && !isForced) return void (this.#told = '');
    // Also when it turns out broken: the same mistake is told once.
    this.#text = text;
    const config = await parseConfig(text, loaded.path, load);
    await this.#refuse(config);
    const diff = diffConfig(this.#config, config);
    const { host, port } = this.#config;
    await gateway.reload({ ...config, host, port });
    const isOpened = asksForKeys(this.#config) && !asksForKeys(config);
    this.#config = inForce(this.#config, config);
    adopted?.(config);
    this.#told = '';
    this.#tell(config, diff);
    if (isOpened) this.#options.logger.warn('The configuration asks nobody for a key any more.');
  }

  async #refuse(config: Config): Promise<void> {
    const { load } = this.#options;
    // The address does not change while running: the new keys must fit the old one.
    const { host, dataDir } = this.#config;
    const fault = await exposureOf({ ...config, host, dataDir });
    if (fault !== undefined) throw new Error(fault);
    const problems = await missingCommands(config, load.env, load.cwd);
    if (problems.length > 0) throw new ConfigError(problems);
  }

  #tell(config: Config, diff: ConfigDiff): void {
    const { logger } = this.#options;
    for (const warning of config.warnings) logger.warn(warning);
    const { added, removed, changed, settings, restart } = diff;
    logger.info({ added, removed, changed, settings }, 'configuration reloaded');
    // The gateway itself tells of the others.
    for (const setting of restart.filter((name) => name === 'host' || name === 'port')) {
      logger.warn(`"${setting}" changed: restart for it to take effect.`);
    }
  }

  #keep(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#told) return;
    this.#told = reason;
    const { logger } = this.#options;
    for (const line of reason.split('\n')) logger.error(line);
    logger.error('the changed configuration cannot be used; the one before stays in force');
  }
}

function asksForKeys({ apiKeyRequired, oauth }: Config): boolean {
  return apiKeyRequired || oauth !== undefined;
}
