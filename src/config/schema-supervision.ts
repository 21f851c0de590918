/** The shape of what is looked after while a server runs. */
import { maybeSize } from './schema-amounts.ts';
import { time } from './schema-values.ts';

/** Of every server. */
export const supervision = {
  healthInterval: time().optional().meta({
    description:
      'How long the server may be silent before it is asked with a `ping` whether it lives; by default only when a call to a program timed out. See [Supervision](supervision.md).',
  }),
  healthTimeout: time().optional().meta({
    description:
      'How long it may take to say anything then; by default 10s. After three in a row it is given up and started or connected anew.',
  }),
};

/** Of servers that can be shared. */
export const idleTimeout = time().optional().meta({
  description:
    'How long a server that is shared keeps running without a session; by default for ever where everybody shares it, and no longer where one caller does.',
});

/** Of programs. */
export const maxMemory = maybeSize(
  'Memory that one process may use together with all it started, like "512MiB"; one that uses more is ended (Linux). By default as much as there is.',
);
