/** A gateway that is called a thousand times a second, by clients that keep to their pace, and what that costs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuNs, residentBytes } from '../../bench/lib/proc.ts';
import { call, hangUp, hello, INITIALIZED, tell } from '../soak/peers.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SESSIONS = 20;
/** Calls are begun so often, as many at a time as belong into that time. */
const TICK_MS = 20;

export class FloodedGateway {
  readonly console: string;
  readonly #port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #sessions: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #next = 0;
  /** Calls that were answered. */
  answered = 0;
  /** Calls that ended otherwise. */
  failed = 0;
  inFlight = 0;

  static async start(): Promise<FloodedGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-flood-'));
    const file = join(folder, 'sluice.json');
    const echo = {
      command: process.execPath,
      args: [here('../fixtures/server/echo-stdio.ts')],
      sharing: 'shared',
    };
    writeFileSync(file, JSON.stringify({ mcpServers: { echo }, port: 0, log: { level: 'warn' } }));
    const child = spawn(process.execPath, [here('../../dist/cli.js'), 'serve', file, '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [first] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
    const { url, console } = JSON.parse(String(first)) as { url: string; console: string };
    const flooded = new FloodedGateway(child, Number(new URL(url).port), console, folder);
    for (let at = 0; at < SESSIONS; at++) await flooded.#open();
    return flooded;
  }

  constructor(child: ChildProcess, port: number, console: string, folder: string) {
    this.#child = child;
    this.#port = port;
    this.console = console;
    this.#folder = folder;
  }

  get cpuMs(): number {
    return cpuNs(this.#child.pid as number) / 1e6;
  }

  get memoryBytes(): number {
    return residentBytes(this.#child.pid as number);
  }

  /** Begins to call. @param perSecond calls; each is two messages of the client's connection */
  begin(perSecond: number): void {
    const startedAt = performance.now();
    let begun = 0;
    this.#timer = setInterval(() => {
      // What a busy machine missed is caught up with, in bounds.
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
      for (; begun < due && this.inFlight < 500; begun++) this.#call();
    }, TICK_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    hangUp();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    const opened = await tell(this.#port, '/mcp', hello(1));
    if (opened.session === undefined) throw new Error(`No session: ${opened.text}`);
    await tell(this.#port, '/mcp', INITIALIZED, { 'mcp-session-id': opened.session });
    this.#sessions.push(opened.session);
  }

  #call(): void {
    const id = ++this.#next;
    const session = this.#sessions[id % SESSIONS] ?? '';
    this.inFlight++;
    tell(this.#port, '/mcp', call(id, 'echo', { text: `number ${id}` }), { 'mcp-session-id': session }).then(
      ({ status }) => {
        this.inFlight--;
        if (status === 200) this.answered++;
        else this.failed++;
      },
      () => {
        this.inFlight--;
        this.failed++;
      },
    );
  }
}
