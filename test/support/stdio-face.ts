/**
 * `sluice stdio` of the built package as a process, spoken to in raw lines.
 *
 *   const face = startFace(['--', process.execPath, ECHO]);
 *   face.say(initialize(1));
 *   const answer = await face.heard((message) => message.id === 1);
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const CLI = here('../../dist/cli.js');
export const ECHO = here('../fixtures/server/echo-stdio.ts');
export const FIXTURE = here('../fixtures/server/stdio.ts');

const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Line {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

/** How the process ended: its code or signal, and all that it wrote. */
export interface FaceEnd {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

export interface Face {
  readonly process: ChildProcess;
  readonly ended: Promise<FaceEnd>;
  /** Messages that came, in order; a line that is none makes `heard` reject. */
  readonly lines: readonly Line[];
  say(message: object | string): void;
  /** The first message for which it holds, now or later. */
  heard(holds: (line: Line) => boolean): Promise<Line>;
  /** Ends its input. */
  end(): Promise<FaceEnd>;
}

const open = new Set<ChildProcess>();

/** Ends what tests left. */
export function stopFaces(): void {
  for (const child of open) child.kill('SIGKILL');
}

export function startFace(
  args: readonly string[],
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Face {
  const child = spawn(process.execPath, [CLI, 'stdio', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd,
  });
  open.add(child);
  child.stdin.on('error', () => undefined);
  const said = { out: '', err: '' };
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (said.out.length < MOST_OUTPUT) said.out += chunk.toString();
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as Line);
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = new Promise<FaceEnd>((resolve) => {
    child.on('close', (code, signal) => {
      open.delete(child);
      resolve({ code: code ?? signal, ...said });
    });
  });
  const heard = (holds: (line: Line) => boolean): Promise<Line> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find(holds);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      void ended.then(({ out, err }) => reject(new Error(`It ended before: ${out.slice(-2_000)}${err}`)));
      look();
    });
  return {
    process: child,
    ended,
    lines,
    say: (message) =>
      void child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
    heard,
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

export function initialize(id: unknown, capabilities: object = {}, protocolVersion = '2025-11-25'): object {
  const clientInfo = { name: 'lines', version: '1.0.0' };
  return request(id, 'initialize', { protocolVersion, capabilities, clientInfo });
}

export function request(id: unknown, method: string, params: object = {}): object {
  return { jsonrpc: '2.0', id, method, params };
}

/** A request in the words of 2026-07-28. */
export function modern(id: unknown, method: string, params: object = {}, claims: object = {}): object {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ...claims,
  };
  return request(id, method, { ...params, _meta });
}

/** Messages of the same id. */
export function answerTo(id: unknown): (line: Line) => boolean {
  return (line) => line.id === id && line.method === undefined;
}

/** A folder of its own. */
export function folder(): { path: (name: string) => string; remove: () => void } {
  const at = mkdtempSync(join(tmpdir(), 'sluice-stdio-'));
  return { path: (name) => join(at, name), remove: () => rmSync(at, { recursive: true, force: true }) };
}
