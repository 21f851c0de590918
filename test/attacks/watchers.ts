/** Attacks by way of what is shown to operators. */
import type { Attack } from './attack.ts';

const RECORDER = 'test/unit/edges/admin/recorder.test.ts';
const FEEDS = 'test/unit/edges/admin/live-feeds.test.ts';

export const watchers: readonly Attack[] = [
  {
    name: 'what is seen of others',
    proofs: [
      'LIVE-REAL',
      'LIVE-RECORDER',
      'LIVE-PAYLOADS',
      'LIVE-BOUNDED',
      'LIVE-SIGNED-OUT',
      'LIVE-SLOW',
      'LIVE-FLOOD',
      'LIVE-WATCHERS',
      'LIVE-DISABLE',
    ],
    removals: [
      {
        file: 'src/edges/admin/brief.ts',
        find: 'return session.slice(0, ID_CHARACTERS);',
        replace: 'return session;',
        test: RECORDER,
        title: 'LIVE-RECORDER',
      },
      {
        file: 'src/edges/admin/recorder.ts',
        find: 'if (--this.#watchers === 0) this.#said = undefined;',
        replace: 'this.#watchers--;',
        test: RECORDER,
        title: 'LIVE-PAYLOADS',
      },
      {
        file: 'src/edges/admin/clean-message.ts',
        find: 'return { payload: clean(payload) };',
        replace: 'return { payload };',
        test: FEEDS,
        title: 'LIVE-EVENTS',
      },
      {
        file: 'src/edges/admin/clean-message.ts',
        find: 'return text.length - end <= LONGEST ? text.slice(0, end + 1) : text;',
        replace: 'return end > 0 ? text : text;',
        test: 'test/scenarios/admin/seen-right.test.ts',
        title: 'SEEN-CLIENT-TEXTS',
      },
      {
        file: 'src/edges/admin/live-feed.ts',
        find: "if (!isIn()) return this.end('expired');",
        replace: '',
        test: FEEDS,
        title: 'LIVE-SIGNED-OUT',
      },
      {
        file: 'src/edges/admin/live-feed.ts',
        find: "if (now - this.#fullSince >= this.#limits.stallMs) this.end('slow');",
        replace: '',
        test: FEEDS,
        title: 'LIVE-SLOW',
      },
      {
        file: 'src/engine/server.ts',
        find: 'if (this.#isDisabled) throw new UpstreamError(disabled(this.name));',
        replace: '',
        test: 'test/unit/engine/out-of-service.test.ts',
        title: 'LIVE-DISABLE',
      },
    ],
  },
];
