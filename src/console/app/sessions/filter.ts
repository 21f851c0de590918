/** Which entries of a timeline are shown. */
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import type { Entry } from './timeline.ts';

export interface TimelineFilter {
  /** Found in method, target, id or payload, however it is written. */
  readonly search: string;
  readonly way: Way;
  readonly kind: Kind;
}

export const WAYS = [
  { value: 'all', label: 'Both sides' },
  { value: 'client', label: 'Client side' },
  { value: 'server', label: 'Server side' },
  { value: 'up', label: 'To the server' },
  { value: 'down', label: 'To the client' },
] as const;
export type Way = (typeof WAYS)[number]['value'];

export const KINDS = [
  { value: 'all', label: 'All messages' },
  { value: 'request', label: 'Requests' },
  { value: 'answer', label: 'Answers' },
  { value: 'error', label: 'Errors' },
  { value: 'notification', label: 'Notifications' },
  { value: 'question', label: 'Questions of servers' },
] as const;
export type Kind = (typeof KINDS)[number]['value'];

export const EVERYTHING: TimelineFilter = { search: '', way: 'all', kind: 'all' };

const LEGS: Readonly<Record<Exclude<Way, 'all'>, readonly MessageView['leg'][]>> = {
  client: ['from-client', 'to-client'],
  server: ['to-server', 'from-server'],
  up: ['from-client', 'to-server'],
  down: ['from-server', 'to-client'],
};

/** Gaps are always shown. */
function fits(entry: Entry, { search, way, kind }: TimelineFilter): boolean {
  if (entry.kind === 'gap') return true;
  if (way !== 'all' && !LEGS[way].includes(entry.leg)) return false;
  if (!isOf(entry, kind)) return false;
  return search === '' || has(entry, search.toLowerCase());
}

function isOf(message: MessageView, kind: Kind): boolean {
  switch (kind) {
    case 'all':
      return true;
    case 'answer':
      return message.kind === 'response' || message.kind === 'error';
    case 'question':
      return isQuestion(message);
    default:
      return message.kind === kind;
  }
}

/** A request of a server. */
export function isQuestion({ kind, leg }: MessageView): boolean {
  return kind === 'request' && (leg === 'from-server' || leg === 'to-client');
}

function has({ method, target, id, server, payload }: MessageView, word: string): boolean {
  return [method, target, id, server, payload].some((text) => text?.toLowerCase().includes(word));
}

/**
 * The entries that fit, without looking again at those that were looked at: a timeline grows at its end and goes at its
 * beginning.
 */
export class Sieve {
  #filter: TimelineFilter = EVERYTHING;
  #shown: Entry[] = [];
  #seen = Number.NEGATIVE_INFINITY;

  #turn = 0;

  /** @param turn another number where something was put in between */
  take(entries: readonly Entry[], filter: TimelineFilter, turn: number): readonly Entry[] {
    const first = entries[0]?.seq ?? Number.POSITIVE_INFINITY;
    const last = entries.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
    const isOther = !isSame(filter, this.#filter) || turn !== this.#turn || last < this.#seen;
    this.#turn = turn;
    if (isOther) {
      this.#seen = Number.NEGATIVE_INFINITY;
      this.#shown = [];
    }
    this.#filter = filter;
    const kept =
      this.#shown[0] && this.#shown[0].seq < first
        ? this.#shown.filter(({ seq }) => seq >= first)
        : this.#shown;
    const begin = entries.findLastIndex(({ seq }) => seq <= this.#seen) + 1;
    const fresh = entries.slice(begin).filter((entry) => fits(entry, filter));
    this.#seen = last;
    // Another list only where it is another one: what is drawn by it is drawn anew.
    if (fresh.length > 0 || kept !== this.#shown) this.#shown = [...kept, ...fresh];
    return this.#shown;
  }
}

function isSame(one: TimelineFilter, other: TimelineFilter): boolean {
  return one.search === other.search && one.way === other.way && one.kind === other.kind;
}
