/**
 * An address of its own for what is counted: no key is asked there, and nothing else is served. It is meant for an address
 * that only whoever collects can reach.
 *
 * Guarantees: pages of browsers are refused, whatever name they call it by; connections, heads and times are bounded.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostAndPort } from '../../config/host-and-port.ts';
import { METRICS_HEAD, type MetricsText } from '../http/metrics.ts';

export interface MetricsListener {
  readonly port: number;
  /** Ends all that is connected. */
  close(): Promise<void>;
}

/** Who collects needs one, and there are few of them. */
const MOST_CONNECTIONS = 64;
const HEAD_MS = 10_000;
const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

/** Rejects with the error of `listen` (`EADDRINUSE`, …). */
export async function listenForMetrics(at: HostAndPort, metrics: MetricsText): Promise<MetricsListener> {
  const rules = { headersTimeout: HEAD_MS, requestTimeout: HEAD_MS, keepAliveTimeout: 75_000 };
  const server = createServer(rules, (request, response) => answer(metrics, request, response));
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // It must not keep a process alive that has nothing else to do.
  server.unref();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, close };
}

function answer(metrics: MetricsText, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '' } = request;
  if (isOfPage(request)) return say(response, 403, 'Pages may not read this.');
  if (!/^\/metrics\/?(\?|$)/.test(url)) return say(response, 404, 'There is nothing but /metrics here.');
  if (method !== 'GET' && method !== 'HEAD')
    return say(response, 405, 'GET is all there is.', { allow: 'GET, HEAD' });
  metrics
    .text()
    .then((text) => {
      response.writeHead(200, METRICS_HEAD);
      response.end(method === 'HEAD' ? undefined : text);
    })
    .catch(() => say(response, 500, 'They could not be gathered.'));
}

/** What browsers say of requests that no person asked for (W3C Fetch Metadata). */
function isOfPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none');
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  head: Record<string, string> = {},
): void {
  response.writeHead(status, { ...PLAIN, ...head });
  response.end(`${text}\n`);
}
