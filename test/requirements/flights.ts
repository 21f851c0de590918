/** Requests that several wait for. */
import { area } from './row.ts';

export const flights = area('FLIGHT', 'PROMISE one answer', [
  ['CHANGED', 'Who asks after a change was announced gets no answer that was asked for before it.'],
  ['LOST', 'When its way is lost, the one request is sent again as that of a single caller is.'],
  [
    'HANGS',
    'Those who wait for a server that hangs are told within twice the time of one request, however many they are.',
  ],
  [
    'TAKEN-OUT',
    'When a server is taken out, all who wait on a way to it are told; nothing is opened for them.',
  ],
]);
