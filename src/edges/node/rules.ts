/** What a configuration means for the gateway: its caps and waits, and who may call what. */
import type { KeySource } from '../../access/key-source.ts';
import type { KeyRequired } from '../../access/keys.ts';
import { drainDelayOf } from '../../config/drain.ts';
import { everyServer } from '../../config/every-server.ts';
import { isKeyOptional, isLoopback } from '../../config/exposure.ts';
import { optionsOf } from '../../config/oauth.ts';
import type { Config, MergeSettings, ProjectConfig } from '../../config/types.ts';
import type { MergeRules } from '../../engine/merge/merge.ts';
import type { Settings } from '../../engine/settings.ts';
import type { AccessOptions } from '../compose.ts';
import type { OverloadOptions } from '../overload.ts';
import type { ProjectRules } from '../sites.ts';
import { bracketed } from './bracketed.ts';
import { nodeHosts } from './node-url.ts';

export function settingsOf(config: Config): Partial<Settings> {
  const { limits, timeouts } = config;
  return {
    read: { bytes: limits.bodyBytes, depth: limits.depth, elements: limits.elements, batch: limits.batch },
    sessions: limits.sessions,
    streams: limits.streams,
    calls: limits.calls,
    callBytes: limits.callBytes,
    listens: limits.listens,
    parked: limits.parked,
    queuedTotalBytes: limits.queuedTotalBytes,
    perCaller: { sessions: limits.sessionsPerPrincipal, ...limits.perCaller },
    perAddress: limits.perAddress ?? {},
    idempotencyKeys: limits.idempotencyKeys,
    idempotencyBytes: limits.idempotencyBytes,
    idempotencyAnswerBytes: limits.idempotencyAnswerBytes,
    idempotencyMs: timeouts.idempotency,
    inputRounds: limits.inputRounds,
    seatsPerPool: limits.conversations,
    parkMs: timeouts.park,
    exchangesPerSession: limits.exchangesPerSession,
    streamsPerSession: limits.streamsPerSession,
    subscriptionsPerSession: limits.subscriptionsPerSession,
    queuedBytes: limits.queuedBytes,
    upstreamQueuedBytes: limits.upstreamQueuedBytes,
    sessionIdleMs: timeouts.sessionIdle,
    sseIdleMs: timeouts.sseIdle ?? 0,
    sweepMs: timeouts.sweep ?? 0,
    statelessIdleMs: timeouts.statelessIdle,
    requestMs: timeouts.request,
    startMs: timeouts.start,
    heartbeatMs: timeouts.heartbeat,
    stallMs: timeouts.stall,
    retryMs: timeouts.retry,
    streamAgeMs: timeouts.streamAge ?? 0,
    sseAgeMs: timeouts.sseAge ?? 0,
    drainDelayMs: drainDelayOf(config),
    drainMs: timeouts.drain,
  };
}

export function overloadOf({ limits: { overload } }: Config): OverloadOptions | false {
  const { enabled, delay: delayMs, for: forMs, memory } = overload;
  return enabled && { delayMs, forMs, memory };
}

/** Who may call, from where, and what paths lead to: what a reload may change. */
export function accessOf(config: Config, keys?: KeySource): AccessOptions {
  const publicUrl = config.publicUrl === undefined ? undefined : new URL(config.publicUrl);
  const hosts = publicUrl ? [publicUrl.host, ...config.allowedHosts] : config.allowedHosts;
  const dialects = everyServer(config).flatMap(({ id, server }) =>
    server.dialect ? [[id, server.dialect] as const] : [],
  );
  return {
    ...(config.default === undefined ? {} : { default: config.default }),
    merge: mergeOf(config.merge),
    policy: config.policy,
    ...(config.apiKeyRequired && config.apiKeys.length > 0 ? { apiKeys: config.apiKeys } : {}),
    ...(config.oauth ? { oauth: optionsOf(config.oauth) } : {}),
    ...(keys ? { keys, keyRequired: requiredOf(config) } : {}),
    projects: Object.fromEntries(config.projects.map((project) => [project.name, rulesOf(project)])),
    dialect: config.dialect,
    dialects: Object.fromEntries(dialects),
    sseEnabled: config.sse,
    state: config.state,
    callsPerMinute: config.limits.callsPerMinute,
    burst: config.limits.burst,
    rates: config.limits.rates,
    serverLimits: Object.fromEntries(
      everyServer(config).map(({ id, server: { limits, toolLimits } }) => [id, { limits, toolLimits }]),
    ),
    allowedHosts: [...hosts, ...nodeHosts(config, hosts)],
    allowedOrigins: publicUrl ? [publicUrl.origin, ...config.allowedOrigins] : config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    ...(config.allowedAddresses ? { allowedAddresses: config.allowedAddresses } : {}),
    isLoopback: isLoopback(config.host),
    basePath: publicUrl?.pathname ?? '',
    ...(publicUrl ? { publicOrigin: publicUrl.origin } : {}),
    ...ownHostOf(config.host),
  };
}

/** Where keys may come while it runs. An address that others can reach is never open, whatever there is. */
function requiredOf(config: Config): KeyRequired {
  if (!isLoopback(config.host) || config.apiKeyRequired) return true;
  return isKeyOptional(config) ? false : 'from-first';
}

function rulesOf(project: ProjectConfig): ProjectRules {
  return {
    own: project.servers.map(({ name }) => name),
    shared: project.shared,
    dialect: project.dialect,
    merge: mergeOf(project.merge),
    policy: project.policy,
    limits: project.limits,
    ...(project.apiKeys ? { apiKeys: project.apiKeys } : {}),
    ...(project.allowedAddresses ? { allowedAddresses: project.allowedAddresses } : {}),
    ...(project.default === undefined ? {} : { default: project.default }),
  };
}

function mergeOf({ names, wait, down, ahead }: MergeSettings): MergeRules {
  return { names, waitMs: wait, down, ahead };
}

/** What clients call us by when they take the address we print; `0.0.0.0` and `::` stand for all addresses. */
function ownHostOf(host: string): { ownHost?: string } {
  const origin = `http://${bracketed(host)}`;
  const name = URL.canParse(origin) ? new URL(origin).hostname : host;
  return name === '0.0.0.0' || name === '[::]' ? {} : { ownHost: name };
}
