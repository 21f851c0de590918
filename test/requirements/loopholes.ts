/** Ways around what is asked of callers. */
import { area } from './row.ts';

export const loopholes = area('LOOPHOLE', 'PROMISE isolated', [
  ['RENAMED', 'A tool with another name needs the scopes of its own name, also where servers are one.'],
  [
    'SPELLED',
    'A call that a server which lets small and capital letters be the same could take for another needs the scopes of all tools.',
  ],
  [
    'RELOAD',
    'Rules that change while it is looked up who calls hold for that request, too, on every transport.',
  ],
  ['NETWORK', 'What an address holds is counted by its /64 in IPv6: nobody has more by changing addresses.'],
  ['TICKET', 'A ticket is good no longer than the token or key that it stands for.'],
  ['BODY', 'A request whose token runs out before its body is there is not carried out.'],
  [
    'REFRESH',
    'Who was let in goes on with the next token that is signed, also while others guess from the same address; about tokens that must be asked for nobody is asked.',
  ],
  [
    'ARGUMENTS',
    'Where arguments are checked, no call passes that a server which lets small and capital letters be the same reads with others.',
  ],
  [
    'LOOK-ALIKE',
    'Where an entry hides or counts tools, no call passes that a server which lets small and capital letters be the same takes for another.',
  ],
  ['LIMITS', 'A key that gets other limits has them on WebSockets that are open, too.'],
]);
