/** A gateway with an admin API, and an operator at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterFile } from '../../support/endings.ts';
import type { Config } from '../../../src/config/types.ts';
import type { Running } from '../../../src/edges/node/start.ts';
import { configured, serve } from '../../support/configured.ts';
import { Recorder } from '../../support/events.ts';

export const ADMIN_KEY = 'the-key-of-operators-at-the-desk';
export const CALLER_KEY = 'slc_a-caller-of-servers-and-no-more';
const ECHO = join(import.meta.dirname, '../../fixtures/server/echo-stdio.ts');
export const echo = { command: process.execPath, args: [ECHO] };

const folders: string[] = [];
afterFile(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface Desk {
  readonly running: Running;
  readonly config: Config;
  readonly recorder: Recorder;
  /** Below the address of the gateway. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Signed in: what it shows. */
  signIn(): Promise<Record<string, string>>;
}

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'desk-'));
  folders.push(made);
  return made;
}

export async function openDesk(file: object = {}): Promise<Desk> {
  const config = configured({ dataDir: folder(), mcpServers: { echo }, admin: { key: ADMIN_KEY }, ...file });
  const recorder = new Recorder();
  const running = await serve(config, recorder.observer);
  const ask = (path: string, init?: RequestInit) =>
    fetch(running.url + path, { redirect: 'manual', ...init });
  const signIn = async () => {
    const response = await ask('/admin/api/login', posted({ token: running.consoleToken() }));
    return { cookie: (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '', origin: running.url };
  };
  return { running, config, recorder, ask, signIn };
}

export function posted(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** As a client of MCP posts. */
export function spoken(method: string, headers: Record<string, string>, params: object = {}): RequestInit {
  const accept = 'application/json, text/event-stream';
  return posted({ jsonrpc: '2.0', id: 1, method, params }, { accept, ...headers });
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Status and text of a request whose path nobody makes tidy on its way. */
export function bare(url: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(`${response.statusCode} ${Buffer.concat(chunks).toString()}`));
    });
    asked.on('error', reject);
    asked.end();
  });
}
