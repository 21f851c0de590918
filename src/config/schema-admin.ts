/** The admin API and the console: whether they are there, and what opens them. */
import { z } from 'zod';

export const admin = z.strictObject({
  enabled: z.boolean().optional().meta({
    description:
      'Whether /console and /admin are served; by default they are on loopback, and elsewhere where there is a key for them. Environment: ADMIN_ENABLED.',
  }),
  key: z.string().optional().meta({
    description:
      'The key of operators, plain or as "sha256:…"; best as ${VAR}. Without one the console is opened with the address that `serve` prints. It opens no server, and keys of callers do not open the console. Environment: ADMIN_KEY.',
  }),
});
