import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../src/engine/ports-tracer.ts';
import { samplerOf, SAMPLERS } from '../../../src/telemetry/sampler.ts';
import { SpanQueue } from '../../../src/telemetry/span-queue.ts';
import { newSpanId, newTraceId } from '../../../src/telemetry/trace-ids.ts';
import { Traces } from '../../../src/telemetry/traces.ts';
import { tracesTo } from '../../support/otlp-receiver.ts';

type Done = Parameters<SpanExporter['export']>[1];

/** An exporter that is told when its batches are done. */
class Held implements SpanExporter {
  readonly batches: { readonly spans: ReadableSpan[]; readonly done: Done }[] = [];
  isShut = false;

  export(spans: ReadableSpan[], done: Done): void {
    this.batches.push({ spans, done });
  }

  async shutdown(): Promise<void> {
    this.isShut = true;
  }
}

function told() {
  const lines: string[] = [];
  const set = (code: string, message: string) => void lines.push(`${code}: ${message}`);
  return { lines, set, clear: (code: string) => void lines.push(`${code} over`) };
}

const ASKED: Asked = {
  method: 'tools/call',
  target: 'echo',
  own: undefined,
  around: undefined,
  server: 's',
  project: undefined,
  session: '',
  dialect: 'streamable',
  era: 'legacy',
};

function spansInto(queue: SpanQueue, count: number): void {
  const traces = new Traces({
    now: () => Date.now(),
    sampler: samplerOf('always_on', 1),
    resource: resourceFromAttributes({}),
    version: '0',
    over: queue.add,
  });
  for (let n = 0; n < count; n++) traces.begin(ASKED).ended('ok');
}

describe('spans on their way', () => {
  it('[TRACE-SLOW] a receiver that takes nothing costs its bound, and is told of', async () => {
    const held = new Held();
    const troubles = told();
    const queue = new SpanQueue(held, troubles, { spans: 100, perBatch: 10, delayMs: 1 });
    spansInto(queue, 10_000);
    expect(held.batches).toHaveLength(1);
    expect(queue.lost).toBe(10_000 - 110);
    expect(new Set(troubles.lines).size).toBe(1);
    expect(troubles.lines[0]).toMatch(/^traces_lost: Spans are lost/);
  });

  it('[TRACE-SLOW] an absent receiver is told once, and once when it is there', async () => {
    const lines: string[] = [];
    const known = new Set<string>();
    const set = (code: string) => void (known.has(code) || (known.add(code), lines.push('lost')));
    const clear = (code: string) => void (known.delete(code) && lines.push('well'));
    const held = new Held();
    const queue = new SpanQueue(held, { set, clear }, { delayMs: 1 });
    for (const code of [1, 1, 0, 0]) {
      spansInto(queue, 1);
      const flushed = queue.flush();
      held.batches.pop()?.done({ code });
      await flushed;
    }
    expect(lines).toEqual(['lost', 'well']);
    expect(queue.lost).toBe(2);
  });

  it('[TRACE-END] what waits is sent at the end, and nobody waits long for a receiver that hangs', async () => {
    const held = new Held();
    const queue = new SpanQueue(held, told(), { delayMs: 60_000, closeMs: 30 });
    spansInto(queue, 3);
    await queue.close();
    expect(held.batches[0]?.spans).toHaveLength(3);
  });

  it('[TRACE-END] where nobody listens at the endpoint, too', async () => {
    const troubles = told();
    const { tracer, close } = tracesTo('http://127.0.0.1:9/v1/traces', {
      troubles,
      limits: { delayMs: 1, closeMs: 300 },
    });
    tracer.begin(ASKED).ended('ok');
    const started = performance.now();
    await close();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('which are recorded', () => {
  const ids = Array.from({ length: 4_000 }, newTraceId);

  it('[TRACE-SAMPLED] ids are what they must be, and all different', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 100)) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(newSpanId()).toMatch(/^[0-9a-f]{16}$/);
  });

  it('[TRACE-SAMPLED] the share is what was asked for, and every gateway decides alike', () => {
    for (const ratio of [0, 0.01, 0.5, 1]) {
      const [one, other] = [samplerOf('traceidratio', ratio), samplerOf('traceidratio', ratio)];
      const taken = ids.filter((id) => one(id, undefined));
      expect(taken.length / ids.length).toBeCloseTo(ratio, 1);
      expect(ids.filter((id) => other(id, undefined))).toEqual(taken);
    }
    expect(samplerOf('traceidratio', 1)('f'.repeat(32), undefined)).toBe(true);
    expect(samplerOf('traceidratio', 0)(`${'0'.repeat(31)}1`, undefined)).toBe(false);
  });

  it('[TRACE-SAMPLED] the caller decides where samplers say so, and only there', () => {
    const [traceId = ''] = ids;
    for (const name of SAMPLERS) {
      const sampler = samplerOf(name, 0);
      for (const isSampled of [true, false]) {
        const isTaken = sampler(traceId, { traceId, spanId: newSpanId(), isSampled });
        expect(isTaken).toBe(name.startsWith('parentbased') ? isSampled : name === 'always_on');
      }
    }
  });
});
