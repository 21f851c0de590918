/** What of a server is shown to clients: by which patterns, under which names, with which descriptions. */
import { z } from 'zod';

const patterns = (description: string) =>
  z.array(z.string().min(1).max(256)).max(1_000).default([]).meta({ description });

/** What aliases must fit into wherever tools are called. */
const ALIAS = /^[A-Za-z0-9_.-]{1,64}$/;

/** Tools or prompts: a list of patterns is short for `include`. */
export function offered(what: 'tools' | 'prompts') {
  const whole = z.strictObject({
    include: patterns(
      `Only ${what} whose names fit one of these; "*" stands for any characters. By default all.`,
    ),
    hide: patterns(`No ${what} whose names fit one of these, even where \`include\` has them.`),
    rename: z
      .record(
        z.string(),
        z.string().regex(ALIAS, { error: 'must be a name of 1 to 64 letters, digits, "_", "-" and "."' }),
      )
      .default({})
      .meta({ description: `Other names under which ${what} are shown and called, by their own names.` }),
    descriptions: z
      .record(z.string(), z.string().max(16_384))
      .default({})
      .meta({ description: `Other descriptions, by the own names of the ${what}.` }),
  });
  const error = `must be a list of patterns like ["read_*"], or an object { "include", "hide", "rename", "descriptions" }`;
  return z
    .union([whole, z.array(z.string().min(1).max(256)).max(1_000)], { error })
    .transform((value) => (Array.isArray(value) ? whole.parse({ include: value }) : value))
    .meta({ description: `Which of its ${what} are shown, and how; a list is short for \`include\`.` });
}

/** Resources and templates, by their URIs. */
export const offeredResources = z
  .strictObject({
    include: patterns(
      'Only those whose URIs fit one of these; "*" stands for any characters. By default all.',
    ),
    hide: patterns('None whose URIs fit one of these, even where `include` has them.'),
  })
  .meta({ description: 'Which of its resources and templates are shown.' });
