/**
 * Serves the two pages, and the client they use, on this machine:
 *
 *   node examples/pages/serve.ts [port]
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

const HERE = new URL('./', import.meta.url);
/** Where the package keeps what a page loads. */
const CLIENT = new URL('./', import.meta.resolve('sluice/browser'));

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** The file behind a path: one of the pages, or a module of the client; nothing else, whatever the path says. */
function fileOf(path: string): URL | undefined {
  const page = /^\/(clg\.html|rails\.html|page\.js|page\.css)$/.exec(path)?.[1];
  if (page !== undefined) return new URL(page, HERE);
  const module = /^\/sluice\/(browser(?:\/[a-z-]+)?\.js)$/.exec(path)?.[1];
  return module === undefined ? undefined : new URL(module, CLIENT);
}

/** Resolves once it listens; `port` 0 takes a free one. */
export async function servePages(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function answer(target: string, response: ServerResponse): Promise<void> {
  const path = target.replace(/\?.*$/, '');
  if (path === '/') return void response.writeHead(302, { location: '/clg.html' }).end();
  const file = fileOf(path);
  if (!file) return void response.writeHead(404).end();
  const bytes = await readFile(file);
  const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(bytes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 8810);
  await servePages(port);
  console.log(`http://127.0.0.1:${port}/clg.html and http://127.0.0.1:${port}/rails.html`);
}
