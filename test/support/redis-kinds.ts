/** Redis as it is found elsewhere: with a password and TLS, and as a cluster. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { redisCliPath } from '../../scripts/redis.ts';
import { freePort } from './ports.ts';
import { startRedis, type RedisOptions, type TestRedis } from './redis.ts';

/** What `redis-cli` prints. */
export async function redisCli({ port }: { readonly port: number }, ...words: string[]): Promise<string> {
  const asked = ['-h', '127.0.0.1', '-p', String(port), ...words];
  return (await promisify(execFile)(redisCliPath(), asked)).stdout.trimEnd();
}

export interface SecureRedis extends TestRedis {
  /** What a client must trust. */
  readonly ca: string;
  /** The same as a file. */
  readonly caFile: string;
}

/** One that speaks TLS only, and wants a password. */
export async function startSecureRedis(password: string, options: RedisOptions = {}): Promise<SecureRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-tls-'));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const config = join(folder, 'more.conf');
  const made = await generate([{ name: 'commonName', value: 'redis' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const port = options.port ?? (await freePort());
  await writeFile(cert, made.cert);
  await writeFile(key, made.private, { mode: 0o600 });
  await writeFile(config, `requirepass ${password}\n`, { mode: 0o600 });
  const settings = [
    ...(options.settings ?? []),
    ...['--include', config, '--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert],
  ];
  const redis = await startRedis({ ...options, port, settings });
  return {
    ...redis,
    get pid() {
      return redis.pid;
    },
    url: `rediss://:${password}@127.0.0.1:${port}`,
    ca: made.cert,
    caFile: cert,
    stop: async () => {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface TestRedisCluster {
  readonly urls: readonly string[];
  readonly nodes: readonly TestRedis[];
  stop(): Promise<void>;
}

/** Masters, their slots shared out evenly. A new cluster needs two seconds before it takes anything. */
export async function startRedisCluster(masters = 3): Promise<TestRedisCluster> {
  const nodes = await Promise.all(Array.from({ length: masters }, startMaster));
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    await Promise.all(nodes.map((node, index) => share(node, index, nodes)));
    await Promise.all(nodes.map(wholeCluster));
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls: nodes.map(({ url }) => url), nodes, stop };
}

async function startMaster(): Promise<TestRedis> {
  const bus = String(await freePort());
  return startRedis({
    settings: [
      ...['--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', '1000'],
      ...['--cluster-announce-ip', '127.0.0.1', '--cluster-announce-bus-port', bus],
    ],
  });
}

async function share(node: TestRedis, index: number, nodes: readonly TestRedis[]): Promise<void> {
  const from = Math.ceil((16384 * index) / nodes.length);
  const to = Math.ceil((16384 * (index + 1)) / nodes.length) - 1;
  await redisCli(node, 'cluster', 'addslotsrange', String(from), String(to));
  await redisCli(node, 'cluster', 'set-config-epoch', String(index + 1));
  const [first] = nodes;
  if (!first || node === first) return;
  const bus = (await redisCli(first, 'config', 'get', 'cluster-port')).split('\n')[1] ?? '';
  await redisCli(node, 'cluster', 'meet', '127.0.0.1', String(first.port), bus);
}

async function wholeCluster(node: TestRedis): Promise<void> {
  while (!(await redisCli(node, 'cluster', 'info')).includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
