/** Servers that are broken, hostile or changing, and what their clients still have of them. */
import { area } from './row.ts';

const SPEC = 'MCP 2026-07-28; issue 4, bad input';

export const brokenServers = area('BRKS', SPEC, [
  ['PARAMS', 'A question whose params are no object fails its call, and nothing else.'],
  ['LIST-SILENT', 'A list of tools that does not come holds calls up for some seconds, and is called off.'],
  ['LIST-QUIT', 'Calls that are called off while they wait for a list are forgotten at once.'],
  ['ROUND-LOST', 'A call whose server has asked counts as begun, even where its answers were not sent.'],
  ['TURNED', 'A conversation whose server speaks legacy words by now is begun anew in those.'],
  ['NOT-TURNED', 'Words that sound like another era change nothing where the server is of the same.'],
  ['TURNED-FIRST', 'A server that was modern and is legacy greets the next client at once.'],
  ['INTERNAL', 'An internal error is the answer of a call, whatever it says: it is not sent again.'],
  ['REFUSES-ALL', 'A server that refuses every client is not asked for its words at each refusal.'],
  ['MUTE', 'A server that leaves `initialize` unanswered is asked for modern words meanwhile.'],
  ['NO-DISCOVER', 'A far server that never answers `server/discover` is spoken to as it is known to be.'],
  ['LOG-SHARED', 'Where strangers share a server, a log line that names no call is given to nobody.'],
  ['FOREIGN-SUBSCRIPTION', 'What a server says on a subscription that nobody here has is dropped.'],
  ['NO-AGREEMENT', 'A server that neither agrees to be listened to nor refuses is asked again later.'],
  ['REFUSED-LATER', 'One that agreed to be listened to and then refuses is asked again later.'],
  ['ANSWER-ONCE', 'A second answer to the same request goes nowhere, and asks nobody anything.'],
  ['KEYS', 'Questions under one name twice fail the call; any other name is given back as it is.'],
  ['STATE', 'A state is given back byte for byte, whatever is in it and however long it is.'],
  ['ENDS-OURS', 'A server can call off what listens, and no call of a client.'],
  ['AGREES-ONCE', 'A second agreement to be listened to, and one that is for more, change nothing.'],
  ['QUIET-AFTER', 'What was unsubscribed from is not told any more, though the server still may.'],
  ['OTHER-REVISION', 'A server that refuses the revision agreed upon is another one: its session is lost.'],
  ['STRANGE-ANSWER', 'An answer under another number says nothing of the words of a server.'],
  ['UNREAD', 'A server that asks and does not read what it is answered fills nothing without bounds.'],
  ['DISCOVERED', 'What a server says of itself and is not as it must be is left out, not passed on.'],
  ['LEGACY-KIND', 'A result of a legacy server is complete, whatever it says of its kind.'],
  ['CROWDED', 'An answer of millions of parts is passed on as it is, and costs nobody else seconds.'],
  ['TRIAL', 'Calls that are called off or not understood are no failures of a server.'],
]);
