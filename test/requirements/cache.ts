/** Results that are given again. */
import { area } from './row.ts';

export const cache = area('CACHE', 'PROMISE answers that need not be asked for twice', [
  ['LISTS', 'Lists are kept as long as the entry says, each page for itself; then they are asked for again.'],
  ['READS', 'What was read is kept as long as the entry says.'],
  ['HINTS', 'Without a word of the entry a shared server says itself how long, and whether for all.'],
  ['OFF', 'Nothing is kept, and nothing asked for in common, where neither entry nor server allows it.'],
  [
    'FLIGHT',
    'Many who ask for the same at once cause one request, and each gets its answer with its own id.',
  ],
  ['FAILED', 'When that one request fails, the next who waits asks by its own way.'],
  ['CHANGED', 'A list that was announced as changed, and a resource that was updated, are asked for again.'],
  ['LATE', 'An answer that was asked for before a change is not kept after it.'],
  ['PRINCIPAL', 'Nothing is given to another principal unless it was declared public.'],
  [
    'WISHES',
    'Requests with progress or other wishes of their own, and callers with own headers, always go through.',
  ],
  ['BOUNDED', 'What is kept is bounded in number, in bytes and in the size of one.'],
  ['CHECKED', 'A result that is not JSON through and through is passed on and never kept.'],
]);
