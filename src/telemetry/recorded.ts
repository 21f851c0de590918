/**
 * One span that is recorded, as the exporters of OpenTelemetry read it. What they read is made when they do.
 *
 * Holds no argument, result, address or credential, and of a session too little to use it.
 *
 * Source: OpenTelemetry semantic conventions for MCP (client and server spans).
 */
import {
  type Attributes,
  createTraceState,
  type HrTime,
  type Link,
  type SpanKind,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { methodOf } from '../protocol/methods.ts';

/** What all spans of a gateway have in common. */
export interface Scene {
  readonly resource: Resource;
  readonly scope: ReadableSpan['instrumentationScope'];
}

export interface SpanFacts {
  readonly kind: SpanKind.SERVER | SpanKind.CLIENT;
  readonly method: string;
  readonly target: string | undefined;
  readonly server: string;
  readonly project?: string | undefined;
  /** Empty where there is none. */
  readonly session: string;
  /** How it travels: a dialect of ours, or the kind of a driver. */
  readonly way: string;
}

const NO_EVENTS: ReadableSpan['events'] = [];
const NO_LINKS: Link[] = [];
const SHOWN_CHARACTERS = 8;
/** Names of tools and prompts as people give them: anything else is a stranger's text. */
const PLAIN_NAME = /^[A-Za-z0-9_./-]{1,64}$/;
const MODERN: ReadonlySet<string> = new Set(['server/discover', 'subscriptions/listen']);

export class Recorded implements ReadableSpan {
  readonly facts: SpanFacts;
  readonly startedAt: number;
  endedAt = 0;
  /** Why it failed: the number of an error, `tool_error`, or a word of the gateway's. */
  fault: string | undefined;
  readonly links: Link[];
  readonly parentSpanContext?: SpanContext;
  readonly #scene: Scene;
  readonly #context: SpanContext;

  constructor(
    scene: Scene,
    facts: SpanFacts,
    ids: { traceId: string; spanId: string; state: string | undefined },
    parent: { spanId: string; isRemote: boolean } | undefined,
    now: number,
    link?: SpanContext,
  ) {
    const { traceId, spanId, state } = ids;
    const base = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
    this.#scene = scene;
    this.facts = facts;
    this.startedAt = now;
    this.#context = state === undefined ? base : { ...base, traceState: createTraceState(state) };
    if (parent) this.parentSpanContext = { ...parent, traceId, traceFlags: TraceFlags.SAMPLED };
    this.links = link ? [{ context: link }] : NO_LINKS;
  }

  get spanId(): string {
    return this.#context.spanId;
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  get kind(): SpanKind {
    return this.facts.kind;
  }

  get name(): string {
    const target = this.#target;
    return target === undefined ? this.#method : `${this.#method} ${target}`;
  }

  get attributes(): Attributes {
    const { method, server, project, session, way } = this.facts;
    const target = this.#target;
    const said: Attributes = { 'mcp.method.name': this.#method, 'sluice.server': server };
    if (method === 'tools/call') said['gen_ai.operation.name'] = 'execute_tool';
    if (target !== undefined)
      said[method === 'tools/call' ? 'gen_ai.tool.name' : 'gen_ai.prompt.name'] = target;
    if (project !== undefined) said['sluice.project'] = project;
    if (session !== '') said['mcp.session.id'] = session.slice(0, SHOWN_CHARACTERS);
    Object.assign(said, NETWORK.get(way) ?? HTTP);
    if (this.fault !== undefined) said['error.type'] = this.fault;
    if (this.fault !== undefined && NUMBER.test(this.fault)) said['rpc.response.status_code'] = this.fault;
    return said;
  }

  get status(): SpanStatus {
    return this.fault === undefined ? UNSET : FAILED;
  }

  get startTime(): HrTime {
    return hrTime(this.startedAt);
  }

  get endTime(): HrTime {
    return hrTime(this.endedAt);
  }

  get duration(): HrTime {
    return hrTime(this.endedAt - this.startedAt);
  }

  get ended(): boolean {
    return this.endedAt > 0;
  }

  get resource(): Resource {
    return this.#scene.resource;
  }

  get instrumentationScope(): ReadableSpan['instrumentationScope'] {
    return this.#scene.scope;
  }

  readonly events = NO_EVENTS;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;

  get #method(): string {
    const { method } = this.facts;
    return methodOf(method) || MODERN.has(method) ? method : '_OTHER';
  }

  /** What is called, where its name says no more than that; URIs of resources may say more. */
  get #target(): string | undefined {
    const { method, target } = this.facts;
    const isNamed = method === 'tools/call' || method === 'prompts/get';
    return isNamed && target !== undefined && PLAIN_NAME.test(target) ? target : undefined;
  }
}

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const FAILED: SpanStatus = { code: SpanStatusCode.ERROR };
const NUMBER = /^-?\d+$/;

const HTTP: Attributes = { 'network.transport': 'tcp', 'network.protocol.name': 'http' };
const WEBSOCKET: Attributes = { 'network.transport': 'tcp', 'network.protocol.name': 'websocket' };
const PIPE: Attributes = { 'network.transport': 'pipe' };
const NETWORK: ReadonlyMap<string, Attributes> = new Map([
  ['stdio', PIPE],
  ['websocket', WEBSOCKET],
  ['inprocess', {}],
]);

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
