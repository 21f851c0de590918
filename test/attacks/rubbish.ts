/** Attacks by what is sent: too much, doubled, broken, hiding a frame. */
import type { Attack } from './attack.ts';

export const rubbish: readonly Attack[] = [
  {
    name: 'resource exhaustion',
    proofs: [
      'LIMIT-BODY',
      'LIMIT-BODY-CHUNKED',
      'LIMIT-DEPTH',
      'LIMIT-ELEMENTS',
      'LIMIT-HEAD-TIME',
      'LIMIT-STALLED-READER',
      'PRESSURE-OVERLOAD',
      'PRESSURE-HALF-OPEN',
    ],
    removals: [
      {
        file: 'src/engine/sessions.ts',
        find: 'return refusal ?? (this.#context.isOverloaded() ? OVERLOADED : undefined);',
        replace: 'return refusal;',
        test: 'test/scenarios/overload.test.ts',
        title: 'PRESSURE-OVERLOAD',
      },
      {
        file: 'src/edges/node/silent-peers.ts',
        find: 'if (now - since >= this.#silentMs) socket.destroy();',
        replace: '',
        test: 'test/scenarios/half-open.test.ts',
        title: 'PRESSURE-HALF-OPEN',
      },
      {
        file: 'src/edges/node/request.ts',
        find: 'if (size > maxBytes) return end(tooLarge(maxBytes));',
        replace: '',
        test: 'test/scenarios/bad-wire.test.ts',
        title: 'LIMIT-BODY-CHUNKED',
      },
      {
        file: 'src/protocol/scanner.ts',
        find: 'if (++this.depth > this.maxDepth) throw tooDeep();',
        replace: 'this.depth++;',
        test: 'test/unit/protocol/scanner.test.ts',
        title: 'LIMIT-DEPTH',
      },
      {
        file: 'src/protocol/scanner.ts',
        find: 'if (++this.elements > this.maxElements) {',
        replace: 'if (this.elements > this.maxElements) {',
        test: 'test/unit/protocol/scanner.test.ts',
        title: 'LIMIT-ELEMENTS',
      },
      {
        file: 'src/engine/stream.ts',
        find: "if (reader.isStalled(now)) return this.#leave('slow');",
        replace: '',
        test: 'test/unit/engine/stream.test.ts',
        title: 'LIMIT-STALLED-READER',
      },
    ],
  },
  {
    name: 'parser tricks',
    proofs: ['SEC-DIFFERENTIAL', 'MESSAGE-DOUBLED', 'SEC-SMUGGLING', 'BAD-UTF8'],
    removals: [
      {
        file: 'src/protocol/classify.ts',
        find: "if (doubled >= 0) throw refused(bytes, found, 'doubled_member', doubledAt(doubled));",
        replace: '',
        test: 'test/unit/protocol/scanner.test.ts',
        title: 'SEC-DIFFERENTIAL',
      },
      {
        file: 'src/edges/http/body.ts',
        find: "if (!runtime.isUtf8(bytes)) throw new ProtocolError('invalid_utf8', 'The body is not well-formed UTF-8.');",
        replace: 'if (!runtime) return bytes;',
        test: 'test/scenarios/bad-bodies.test.ts',
        title: 'BAD-UTF8',
      },
    ],
  },
  {
    name: 'frame injection',
    proofs: ['SEC-FRAMES'],
    removals: [
      {
        file: 'src/protocol/sse.ts',
        find: 'const line = oneLine(data);',
        replace: 'const line = data;',
        test: 'test/unit/protocol/sse.test.ts',
        title: 'SEC-FRAMES',
      },
    ],
  },
];
