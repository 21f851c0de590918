/** Runs the command line as a process of its own, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planted, plantIn } from '../../support/planted.ts';
import { programOfSluice } from '../../support/sluice.ts';

export const FIXTURE = join(import.meta.dirname, 'fixtures/server.ts');

export interface Outcome {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves with what was said so far once it matches. Rejects when the process ends before. */
  says(pattern: RegExp): Promise<string>;
}

/** A folder of its own, with the fixture server (as `fixture`) in its `sluice.json`. */
export class Workplace {
  readonly folder: string;
  readonly #running = new Set<ChildProcess>();
  readonly #said: { readonly out: string; readonly err: string }[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(settings: object = {}): Promise<Workplace> {
    const place = new Workplace(await realpath(await mkdtemp(join(tmpdir(), 'sluice-cli-'))));
    await place.configure(settings);
    return place;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async configure(settings: object): Promise<void> {
    plantIn(settings);
    const fixture = {
      command: process.execPath,
      args: [FIXTURE],
      env: { CANCELLED: this.path('cancelled') },
    };
    const mcpServers = { fixture };
    await writeFile(this.path('sluice.json'), JSON.stringify({ mcpServers, ...settings }));
  }

  start(args: readonly string[], env: Record<string, string> = {}): Running {
    const { command, args: program } = programOfSluice();
    const child = spawn(command, [...program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const said = { out: '', err: '' };
    this.#said.push(said);
    const listeners = new Set<() => void>();
    const hear = (part: 'out' | 'err') => (chunk: Buffer) => {
      said[part] += chunk.toString();
      for (const listener of listeners) listener();
    };
    child.stdout.on('data', hear('out'));
    child.stderr.on('data', hear('err'));
    const ended = new Promise<Outcome>((resolve) => {
      child.on('close', (code, signal) => {
        this.#running.delete(child);
        resolve({ code: code ?? signal, ...said });
      });
    });
    const says = (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          if (!pattern.test(said.out + said.err)) return;
          listeners.delete(look);
          resolve(said.out + said.err);
        };
        listeners.add(look);
        void ended.then(({ out, err }) => reject(new Error(`It ended before ${pattern}: ${out}${err}`)));
        look();
      });
    return { process: child, ended, says };
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    return this.start(args, env).ended;
  }

  async clear(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    const leaks = this.#said.flatMap(({ out, err }) => planted.search('a command', out + err));
    if (leaks.length > 0) throw new Error(`Secrets were printed: ${JSON.stringify(leaks)}`);
    await rm(this.folder, { recursive: true, force: true });
  }
}
