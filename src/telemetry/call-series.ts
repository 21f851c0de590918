/** Where one request of a client is counted when it is over: found by what it was, and kept for the next one like it. */
import type { CallEnded } from '../engine/ports-observer.ts';
import { COUNTED } from './counted.ts';
import {
  errorLabel,
  FirstWords,
  methodLabel,
  outcomeLabel,
  transportLabel,
  upstreamTransport,
  versionLabel,
} from './closed-sets.ts';
import { type Count, counts, type Durations, type Family, OTHER, times } from './meters.ts';

/** Tools of one server that are told apart, where they are at all. */
const MOST_TOOLS = 100;
/** Servers and projects are configured; what is more than so many was taken out and put in again and again. */
const MOST_NAMES = 500;
const MOST_KEPT = 4_096;

/** So many kinds of calls of one method are looked through one by one, which is quicker than making a key. */
const MOST_NEAR = 16;

interface Series {
  readonly of: Pick<CallEnded, 'server' | 'outcome' | 'code' | 'dialect' | 'version' | 'project'>;
  readonly tool: string;
  readonly whole: Durations;
  readonly upstream: Durations;
  readonly calls: Count;
}

export interface CallSeriesOptions {
  /** Whether tools are told apart. */
  readonly tools: boolean;
  /** How a server is spoken to. */
  readonly kindOf: (server: string) => string | undefined;
}

export class CallSeries {
  readonly #options: CallSeriesOptions;
  readonly #operations = times(COUNTED.operations);
  readonly #upstream = times(COUNTED.upstreamOperations);
  readonly #calls = counts(COUNTED.calls);
  readonly #bytes = counts(COUNTED.callBytes);
  readonly #in = this.#bytes.of('in');
  readonly #out = this.#bytes.of('out');
  readonly #names = new FirstWords(MOST_NAMES);
  readonly #tools = new Map<string, FirstWords>();
  /** The first kinds of calls that came, by method. */
  readonly #near = new Map<string, Series[]>();
  /** The others, by all that decides where a call is counted. */
  readonly #known = new Map<string, Series>();

  constructor(options: CallSeriesOptions) {
    this.#options = options;
  }

  get families(): readonly (Family<Count> | Family<Durations>)[] {
    return [this.#operations, this.#upstream, this.#calls, this.#bytes];
  }

  ended(call: CallEnded): void {
    const { whole, upstream, calls } = this.#seriesOf(call);
    whole.record(call.ms);
    calls.add();
    if (call.upstreamMs !== undefined) upstream.record(call.upstreamMs);
    this.#in.add(call.bytesIn);
    this.#out.add(call.bytesOut);
  }

  #seriesOf(call: CallEnded): Series {
    const { method, target } = call;
    const tool = this.#options.tools && method === 'tools/call' ? (target ?? '') : '';
    const near = this.#near.get(method);
    if (near) for (const series of near) if (isOf(series, call, tool)) return series;
    return this.#further(call, tool, near);
  }

  #further(call: CallEnded, tool: string, near: Series[] | undefined): Series {
    const { server, project, method, outcome, code, dialect, version } = call;
    const key = `${method}\n${outcome}\n${server}\n${dialect}\n${version}\n${code}\n${project}\n${tool}`;
    const known = this.#known.get(key);
    if (known) return known;
    const made = this.#make(call, tool);
    // Once its server has answered to its name it is counted under that.
    if (tool !== '' && made.whole.labels.at(-1) === OTHER && !this.#tools.get(server)?.isFull) return made;
    // A method that MCP does not have is any text.
    if (near && near.length < MOST_NEAR) near.push(made);
    else if (!near && methodLabel(method) === method) this.#near.set(method, [made]);
    // Texts of strangers are part of the key; of what they lead to there is a bounded number.
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }

  #make(call: CallEnded, tool: string): Series {
    const { dialect, era, outcome } = call;
    const method = methodLabel(call.method);
    const error = errorLabel(outcome, call.code);
    const server = this.#names.label(call.server);
    const project = this.#names.label(call.project ?? '');
    const kind = upstreamTransport(this.#options.kindOf(call.server));
    const { code, version } = call;
    return {
      of: { server: call.server, project: call.project, outcome, code, dialect, version },
      tool,
      whole: this.#operations.of(
        method,
        error,
        transportLabel(dialect),
        versionLabel(call.version),
        tool === '' ? '' : this.#toolLabel(call, tool),
      ),
      upstream: this.#upstream.of(method, error, kind, server),
      calls: this.#calls.of(server, project, dialect, era, outcomeLabel(outcome)),
    };
  }

  /** A name becomes a label once its server has answered to it: callers cannot make names up. */
  #toolLabel({ server, outcome }: CallEnded, tool: string): string {
    const words = this.#tools.get(server) ?? new FirstWords(MOST_TOOLS);
    if (this.#tools.size < MOST_NAMES) this.#tools.set(server, words);
    return words.label(tool, outcome === 'ok' || outcome === 'tool_error');
  }
}

function isOf({ of, tool: itsTool }: Series, call: CallEnded, tool: string): boolean {
  return (
    of.server === call.server &&
    of.outcome === call.outcome &&
    of.dialect === call.dialect &&
    of.project === call.project &&
    of.code === call.code &&
    of.version === call.version &&
    itsTool === tool
  );
}
