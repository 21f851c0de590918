/** A gateway with a secret in every place where one can be, and servers that give away what they are told. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { Planted } from '../support/planted.ts';
import { type Running, Workplace } from '../unit/cli/sluice.ts';

const LEAKY = join(import.meta.dirname, '../unit/cli/fixtures/leaky.ts');

/** Answers everything with an error that holds what it was sent. */
async function echoing(status: number): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const told = JSON.stringify({ url: request.url, headers: request.headers });
    // Header values are to be one line.
    const head = {
      'content-type': 'application/json',
      'www-authenticate': `Bearer error="${encodeURIComponent(told)}"`,
    };
    response.writeHead(status, told.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, ''), {
      ...head,
      'x-told': encodeURIComponent(told),
    });
    response.end(JSON.stringify({ error: told, told: Buffer.from(told).toString('base64') }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

export interface PlantedWorld {
  readonly planted: Planted;
  readonly place: Workplace;
  readonly gateway: Running;
  readonly url: string;
  /** Whose tokens are believed. */
  readonly issuer: TestIssuer;
  /** Of callers, by name. */
  readonly keys: Record<'ann' | 'hashed' | 'webby', string>;
  /** The configuration, to be written anew. */
  readonly settings: Record<string, unknown>;
  close(): Promise<void>;
}

export async function plantedWorld(
  format: 'json' | 'text',
  kept: 'hash' | 'redacted',
): Promise<PlantedWorld> {
  const planted = new Planted();
  const plant = (place: string, text?: string) => planted.plant(place, text);
  const [refusing, failing, issuer] = [await echoing(401), await echoing(500), await startIssuer()];
  const keys = {
    ann: plant('a key of the gateway'),
    hashed: plant('a key that is configured as a hash'),
    webby: plant('a key of a project'),
  };
  const env = {
    FILLED_TOKEN: plant('a variable that is filled in'),
    GATEWAY_OWN_SECRET: plant('a variable of the gateway itself'),
  };
  const far = (host: string) => ({
    url: `http://user:${encodeURIComponent(plant(`a password in a URL of ${host}`))}@${host}/mcp?token=${encodeURIComponent(plant(`a query of ${host}`))}`,
    headers: {
      Authorization: `Bearer ${plant(`a bearer token for ${host}`)}`,
      'X-Api-Key': plant(`a header for ${host}`),
      Cookie: `session=${plant(`a cookie for ${host}`)}`,
    },
    connectTimeout: '1s',
  });
  const leaky = (name: string) => ({
    command: process.execPath,
    args: [LEAKY, '--token', plant(`an argument of ${name}`), `--api-key=${plant(`an option of ${name}`)}`],
    env: {
      MY_TOKEN: plant(`a token of ${name}`),
      PLAIN: plant(`a variable of ${name} whose name tells nothing`),
      DATABASE_URL: `postgres://user:${encodeURIComponent(plant(`a password of ${name}`))}@host/db`,
      QUOTED_SECRET: plant(
        `a secret of ${name} with quotes`,
        `quo"ted\\back${Math.random().toString(36).slice(2)}"end`,
      ),
      FILLED: '${FILLED_TOKEN}',
    },
  });
  /** A server whose tokens come from where everything fails. */
  const granted = (type: string, clientSecret: string) => ({
    url: `http://${refusing.url}/mcp`,
    auth: {
      type,
      tokenUrl: `http://${failing.url}/token`,
      clientId: 'sluice',
      clientSecret,
    },
  });
  const settings = {
    port: 0,
    log: { level: 'trace', format },
    audit: { enabled: true, arguments: kept },
    apiKeys: [
      { name: 'ann', key: keys.ann },
      { name: 'hashed', key: `sha256:${createHash('sha256').update(keys.hashed).digest('hex')}` },
    ],
    state: { keys: [{ id: 'a', secret: plant('a key for state') }] },
    default: 'leaky',
    mcpServers: {
      leaky: leaky('leaky'),
      refusing: far(refusing.url),
      failing: far(failing.url),
      'refusing-sse': { ...far(refusing.url), type: 'sse' },
      'refusing-ws': { ...far(refusing.url), type: 'ws' },
      nowhere: far('127.0.0.1:9'),
      granted: granted('client_credentials', '${file:in-a-file.txt}'),
      exchanged: granted('token_exchange', ''),
      personal: {
        url: `http://${refusing.url}/mcp`,
        auth: { type: 'per_principal', secrets: { ann: plant('the secret of ann at a server') } },
      },
      'child-of-ann': {
        ...leaky('child-of-ann'),
        envPerPrincipal: { OWN_TOKEN: { ann: plant('a variable of ann') } },
      },
    },
    oauth: { issuer: issuer.url },
    projects: { web: { apiKeys: [{ name: 'webby', key: keys.webby }], mcpServers: { own: leaky('own') } } },
  };
  const place = await Workplace.make({});
  settings.mcpServers.exchanged.auth.clientSecret = `\${command:cat ${place.path('from-a-command.txt')}}`;
  await writeFile(place.path('in-a-file.txt'), `${plant('a secret in a file')}\n`, { mode: 0o600 });
  await writeFile(place.path('from-a-command.txt'), plant('a secret that a command prints'), { mode: 0o600 });
  const ws = settings.mcpServers['refusing-ws'];
  ws.url = ws.url.replace(/^http/, 'ws');
  await place.configure(settings);
  const gateway = place.start(['serve'], env);
  const said = await gateway.says(/http:\/\/127\.0\.0\.1:\d+/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  const close = async () => {
    await place.clear();
    for (const { server } of [refusing, failing]) {
      server.closeAllConnections();
      server.close();
    }
  };
  return { planted, place, gateway, url, issuer, keys, settings, close };
}
