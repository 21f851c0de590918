/** What a gateway tells its observer, counted. No label of it is a text that a peer can choose. */
import type { Observer } from '../engine/ports-observer.ts';
import { CallSeries, type CallSeriesOptions } from './call-series.ts';
import { FirstWords, isLimit, methodLabel, transportLabel } from './closed-sets.ts';
import { COUNTED } from './counted.ts';
import type { Instrument } from './instrument.ts';
import { type Count, counts, type Durations, type Family, times } from './meters.ts';

/** Words of ours: reasons, codes, names of servers. */
const MOST_WORDS = 200;
const RATE = 'rate_limited';

export class Counting {
  readonly observer: Observer;
  readonly #families: (Family<Count> | Family<Durations>)[] = [];
  readonly #calls: CallSeries;
  readonly #limited: Family<Count>;

  constructor(options: CallSeriesOptions) {
    this.#calls = new CallSeries(options);
    this.#limited = this.#counts(COUNTED.limited);
    this.observer = {
      ...this.#messages(),
      ...this.#requests(),
      ...this.#sessions(),
      ...this.#servers(),
      ...this.#others(),
    };
  }

  get families(): readonly (Family<Count> | Family<Durations>)[] {
    return [...this.#families, ...this.#calls.families];
  }

  #messages(): Observer {
    const family = this.#counts(COUNTED.messages);
    const byMethod = new Map<string, Count>();
    const ofMethod = (method: string): Count => {
      const label = methodLabel(method);
      const count = family.of(label);
      // What MCP does not have is looked up each time: there is no end of it.
      if (label === method) byMethod.set(method, count);
      return count;
    };
    const answers = family.of('response');
    return {
      received: (method, kind) => {
        const isAnswer = kind === 'response' || kind === 'error';
        (isAnswer ? answers : (byMethod.get(method) ?? ofMethod(method))).add();
      },
      callEnded: (call) => {
        this.#calls.ended(call);
        if (call.outcome !== 'ok') this.#limit(call.outcome);
      },
    };
  }

  #requests(): Observer {
    const durations = this.#times(COUNTED.requests);
    const responses = this.#counts(COUNTED.responses);
    const refusals = this.#counts(COUNTED.refusals);
    const codes = new FirstWords(MOST_WORDS);
    const endpoints = new Map<string, { readonly time: Durations; readonly byStatus: Map<number, Count> }>();
    const at = (endpoint: string) => {
      const made = { time: durations.of(endpoint), byStatus: new Map<number, Count>() };
      endpoints.set(endpoint, made);
      return made;
    };
    const ofStatus = (endpoint: string, status: number, byStatus: Map<number, Count>): Count => {
      const made = responses.of(endpoint, String(status));
      byStatus.set(status, made);
      return made;
    };
    return {
      requestAnswered: (endpoint, status, ms, word) => {
        const { time, byStatus } = endpoints.get(endpoint) ?? at(endpoint);
        time.record(ms);
        (byStatus.get(status) ?? ofStatus(endpoint, status, byStatus)).add();
        if (word !== '') this.#limit(word);
      },
      refused: ({ code, count = 1 }) => {
        refusals.of(codes.label(code)).add(count);
        if (code === RATE) this.#limited.of(code).add(count);
      },
    };
  }

  /** Requests over a rate are told as refusals, on every carrier. */
  #limit(word: string): void {
    if (word !== RATE && isLimit(word)) this.#limited.of(word).add();
  }

  #sessions(): Observer {
    const opened = this.#counts(COUNTED.sessionsOpened);
    const closed = this.#counts(COUNTED.sessionsClosed);
    const durations = this.#times(COUNTED.sessionDurations);
    const streamsOpened = this.#counts(COUNTED.streamsOpened);
    const streamsClosed = this.#counts(COUNTED.streamsClosed);
    const reasons = new FirstWords(MOST_WORDS);
    return {
      sessionOpened: ({ dialect }) => opened.of(dialect).add(),
      sessionClosed: ({ reason, ms, dialect }) => {
        closed.of(reasons.label(reason)).add();
        durations.of(transportLabel(dialect)).record(ms);
      },
      streamOpened: ({ dialect, resumed }) => streamsOpened.of(dialect, String(resumed)).add(),
      streamClosed: ({ reason }) => streamsClosed.of(reasons.label(reason)).add(),
    };
  }

  #servers(): Observer {
    const opened = this.#counts(COUNTED.linksOpened);
    const closed = this.#counts(COUNTED.linksClosed);
    const lines = this.#counts(COUNTED.serverLogLines);
    const names = new FirstWords(MOST_WORDS);
    const reasons = new FirstWords(MOST_WORDS);
    return {
      linkOpened: ({ server }) => opened.of(names.label(server)).add(),
      linkClosed: ({ server, code }) => closed.of(names.label(server), reasons.label(code)).add(),
      serverLog: ({ server }) => lines.of(names.label(server)).add(),
    };
  }

  #others(): Observer {
    const carried = this.#counts(COUNTED.carried);
    return { carried: ({ outcome }) => carried.of(outcome).add() };
  }

  #counts(instrument: Instrument): Family<Count> {
    const family = counts(instrument);
    this.#families.push(family);
    return family;
  }

  #times(instrument: Instrument): Family<Durations> {
    const family = times(instrument);
    this.#families.push(family);
    return family;
  }
}
