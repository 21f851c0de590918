/**
 * Spans on their way to a receiver, by OpenTelemetry's batches. A receiver that is slow or away costs a bounded number of
 * spans in memory; what does not fit is dropped. That spans are lost is told once, and once when they arrive again.
 */
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';

type Exported = Parameters<SpanExporter['export']>[1];

export interface QueueLimits {
  /** Spans that wait. */
  readonly spans: number;
  readonly perBatch: number;
  /** How long spans wait for others to go with, in ms. */
  readonly delayMs: number;
  /** How long a batch may take, its retries included, in ms. */
  readonly exportMs: number;
  /** How long the end may take, in ms. */
  readonly closeMs: number;
}

const QUEUE_LIMITS: QueueLimits = {
  spans: 4_096,
  perBatch: 512,
  delayMs: 5_000,
  exportMs: 30_000,
  closeMs: 2_000,
};

/** Told of what is lost. */
export interface QueueTroubles {
  set(code: string, message: string): void;
  clear(code: string): void;
}

export class SpanQueue {
  readonly #limits: QueueLimits;
  readonly #troubles: QueueTroubles;
  readonly #processor: BatchSpanProcessor;
  #waiting = 0;
  /** Spans that were not delivered. */
  lost = 0;

  constructor(exporter: SpanExporter, troubles: QueueTroubles, limits: Partial<QueueLimits> = {}) {
    this.#limits = { ...QUEUE_LIMITS, ...limits };
    this.#troubles = troubles;
    const { spans, perBatch, delayMs, exportMs } = this.#limits;
    this.#processor = new BatchSpanProcessor({
      exporter: this.#watched(exporter),
      maxQueueSize: spans,
      maxExportBatchSize: Math.min(perBatch, spans),
      scheduledDelayMillis: delayMs,
      exportTimeoutMillis: exportMs,
    });
  }

  readonly add = (span: ReadableSpan): void => {
    if (this.#waiting >= this.#limits.spans)
      return this.#missed(1, 'they are sent more slowly than they come');
    this.#waiting += 1;
    this.#processor.onEnd(span);
  };

  /** Sends what waits. Never rejects. */
  async flush(): Promise<void> {
    await this.#processor.forceFlush().catch(() => undefined);
  }

  /** Sends what waits, as far as that is quick. Never rejects. */
  async close(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.closeMs);
    });
    const done = this.#processor.shutdown().catch(() => undefined);
    await Promise.race([done, late]);
    clearTimeout(timer);
  }

  #watched(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        this.#waiting -= spans.length;
        exporter.export(spans, (result) => {
          if (Number(result.code) === SUCCESS) this.#troubles.clear(CODE);
          else this.#missed(spans.length, 'the receiver cannot be reached or refuses them');
          done(SENT);
        });
      },
      forceFlush: async () => exporter.forceFlush?.(),
      shutdown: () => exporter.shutdown(),
    };
  }

  #missed(count: number, why: string): void {
    this.lost += count;
    this.#troubles.set(
      CODE,
      `Spans are lost: ${why}. Look at OTEL_EXPORTER_OTLP_ENDPOINT, or sample fewer traces.`,
    );
  }
}

const CODE = 'traces_lost';
const SUCCESS = 0;
/** What is lost was told here already. */
const SENT: Parameters<Exported>[0] = { code: SUCCESS };
