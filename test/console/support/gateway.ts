/**
 * `dist/cli.js serve` with three real servers: server-everything and the fixture server over stdio, and the Aare server over a
 * stand-in of its API. It is what users have, so it must be built: `npm run build`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AareStandIn, startAareStandIn } from '../../fixtures/aare/api.ts';
import { Program } from '../../support/program.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CLI = join(ROOT, 'dist/cli.js');
const EVERYTHING = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const FIXTURE = join(ROOT, 'test/fixtures/server/stdio.ts');

export const ADMIN_KEY = 'operator-key-of-the-tests';

export interface ConsoleGatewayOptions {
  /** Members of the configuration beside the servers. */
  readonly config?: object;
  /** Servers beside, or in place of, the three. */
  readonly servers?: Readonly<Record<string, object>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: any that is free. */
  readonly port?: number;
}

export class ConsoleGateway {
  readonly #program: Program;
  readonly #folder: string;
  readonly #api: AareStandIn;
  readonly #file: string;
  #isStopped = false;
  /** The origin. */
  readonly url: string;
  /** The address that `serve` printed: it signs in, once. */
  readonly entry: string;

  static async start(options: ConsoleGatewayOptions = {}): Promise<ConsoleGateway> {
    const api = await startAareStandIn();
    const folder = mkdtempSync(join(tmpdir(), 'sluice-console-'));
    const file = join(folder, 'sluice.json');
    writeFileSync(file, JSON.stringify(configOf(api.url, options)));
    // Its token is told to a terminal, and to who asks for JSON.
    const args = [
      CLI,
      'serve',
      '--json',
      '-c',
      file,
      '--host',
      '127.0.0.1',
      '--port',
      String(options.port ?? 0),
    ];
    const env = { HOME: folder, LOG_LEVEL: 'info', NO_COLOR: '1', ...options.env };
    const program = await Program.start({ command: process.execPath, args, cwd: folder, env });
    await program.says(/\/console\/#token=[\w-]+"/);
    return new ConsoleGateway(program, folder, api, file);
  }

  private constructor(program: Program, folder: string, api: AareStandIn, file: string) {
    this.#program = program;
    this.#folder = folder;
    this.#api = api;
    this.#file = file;
    this.entry = /https?:[^"\s]+\/console\/#token=[\w-]+/.exec(program.said)?.[0] ?? '';
    this.url = new URL(this.entry).origin;
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** What it said so far. */
  get said(): string {
    return this.#program.said;
  }

  /** Where clients reach one of its servers. */
  mcp(server: string): string {
    return `${this.url}/servers/${server}/mcp`;
  }

  sse(server: string): string {
    return `${this.url}/servers/${server}/sse`;
  }

  /** Gives it another configuration while it runs. */
  reconfigure(options: ConsoleGatewayOptions): void {
    writeFileSync(this.#file, JSON.stringify(configOf(this.#api.url, options)));
    process.kill(this.pid, 'SIGHUP');
  }

  /** Ends it; idempotent. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#program.end('SIGTERM');
    await this.#api.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @param aareUrl of the stand-in */
export function configOf(aareUrl: string, { config = {}, servers = {} }: ConsoleGatewayOptions = {}): object {
  return {
    admin: { key: ADMIN_KEY },
    default: 'everything',
    timeouts: { drain: '100ms' },
    ...config,
    mcpServers: {
      everything: { command: process.execPath, args: [EVERYTHING, 'stdio'] },
      fixture: { command: process.execPath, args: [FIXTURE] },
      aare: { builtin: 'aare', options: { baseUrl: aareUrl } },
      ...servers,
    },
  };
}
