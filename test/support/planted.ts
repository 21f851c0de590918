/**
 * Secrets that are planted wherever a secret can be, and looked for in all that comes out: as they are, in the ways in
 * which texts are written elsewhere (base64, hexadecimal, URLs, JSON), and by their beginnings, as they are cut.
 */
import { randomBytes } from 'node:crypto';

export interface Finding {
  /** What was planted, by its place; never the secret itself, which would be the next leak. */
  readonly planted: string;
  readonly form: string;
  readonly where: string;
  /** What stands around it, without it. */
  readonly around: string;
}

interface Form {
  readonly planted: string;
  readonly form: string;
  readonly text: string;
}

/** A secret that is cut is one still when so much of it is there. */
const BEGINNING = 16;
/** Shorter texts are found everywhere. */
const SHORTEST = 12;
const AROUND = 60;

export class Planted {
  readonly #forms: Form[] = [];
  readonly #known = new Set<string>();

  get size(): number {
    return this.#known.size;
  }

  /**
   * A secret for a place, remembered.
   * @param made by default one with characters that are written otherwise in URLs and in base64
   */
  plant(place: string, made = `Pl4nt+${randomBytes(18).toString('base64').replaceAll('=', '/')}~`): string {
    if (made.length < SHORTEST || this.#known.has(made)) return made;
    this.#known.add(made);
    for (const [form, text] of formsOf(made)) this.#forms.push({ planted: place, form, text });
    return made;
  }

  /** Where in a text any of them stands. @param but places whose secrets may be there */
  search(where: string, text: string, but: readonly string[] = []): Finding[] {
    const allowed = new Set(but);
    return this.#forms.flatMap(({ planted, form, text: secret }) => {
      const at = allowed.has(planted) ? -1 : text.indexOf(secret);
      if (at === -1) return [];
      const [before, after] = [text.slice(Math.max(0, at - AROUND), at), text.slice(at + secret.length)];
      return [{ planted, form, where, around: `${before}<<here>>${after.slice(0, AROUND)}` }];
    });
  }
}

/** All of this file of tests: what its helpers were told is secret, checked where they let go. */
export const planted = new Planted();

/** Plants what stands under a telling name, wherever it is in a configuration or in options. */
export function plantIn(value: unknown, name = ''): void {
  if (typeof value === 'string') {
    const bare = value.replace(/^(?:Bearer|Basic) /i, '');
    // A hash is no secret, and a variable is one where it is set.
    if (TELLING.test(name) && !/^sha256:|\$\{/.test(bare)) planted.plant(`a value called ${name}`, bare);
  } else if (Array.isArray(value)) {
    for (const one of value) plantIn(one, name);
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, one] of Object.entries(value)) plantIn(one, member);
  }
}

const TELLING = /^(?:apiKeys?|key|secret|password|authorization|x-api-key|cookie)$/i;

function formsOf(secret: string): [string, string][] {
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const forms: [string, string][] = [
    ['plain', secret],
    ['cut', secret.slice(0, BEGINNING)],
    ['url', encodeURIComponent(secret)],
    ['form', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['json', inJson],
    ['json in json', JSON.stringify(inJson).slice(1, -1)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
  ];
  for (const [place, alphabet] of [
    ['base64', 'base64'],
    ['base64url', 'base64url'],
  ] as const) {
    // Where it stands within a longer text, its first and last characters depend on what is around it.
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(alphabet)
        .replaceAll('=', '');
      forms.push([`${place}+${before}`, text.slice(before === 0 ? 0 : before + 1, -2)]);
    }
  }
  const texts = new Set<string>();
  return forms.filter(([, text]) => text.length >= SHORTEST && !texts.has(text) && texts.add(text));
}
