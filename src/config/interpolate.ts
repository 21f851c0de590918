/**
 * `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `${file:PATH}` and `${command:PROGRAM …}` in a text; `$${` stands for a plain `${`.
 *
 * As in a shell, the default is used when the variable is unset or empty. Nothing is filled in twice: a value
 * that itself looks like `${X}` stays as it is.
 */
import { noSecrets, type SecretLookup, sourceOf } from './secret-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What could not be filled in, and where in the text its `${` stands. */
export interface Gap {
  readonly token: string;
  /** The name of the variable that is not set; undefined when the form itself is not understood. */
  readonly variable: string | undefined;
  /** Why a file or a command gave nothing: the rest of a sentence. */
  readonly fault?: string;
}

export interface Filled {
  readonly text: string;
  /** The variables whose values went into the text. */
  readonly used: readonly string[];
  /** What files and commands gave. */
  readonly secrets: readonly string[];
  readonly gaps: readonly Gap[];
}

const TOKEN = /\$\$\{|\$\{[^}]*\}?/g;
const FORM = /^\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?\}$/;

/** Fills in the variables; what cannot be filled in stays as written and is told as a gap. */
export function interpolate(text: string, env: Environment, lookUp: SecretLookup = noSecrets): Filled {
  const used: string[] = [];
  const secrets: string[] = [];
  const gaps: Gap[] = [];
  const filled = text.replace(TOKEN, (token) => {
    if (token === '$${') return '${';
    const source = sourceOf(token);
    if (source) {
      const fetched = 'fault' in source ? source : lookUp(token, source);
      if ('text' in fetched) {
        secrets.push(fetched.text);
        return fetched.text;
      }
      gaps.push({ token, variable: undefined, fault: fetched.fault });
      return token;
    }
    const [, variable, fallback] = FORM.exec(token) ?? [];
    if (variable === undefined) {
      gaps.push({ token, variable: undefined });
      return token;
    }
    const value = Object.hasOwn(env, variable) ? env[variable] : undefined;
    if (value !== undefined && (value !== '' || fallback === undefined)) {
      used.push(variable);
      return value;
    }
    if (fallback !== undefined) return fallback;
    gaps.push({ token, variable });
    return token;
  });
  return { text: filled, used, secrets, gaps };
}

/** One sentence for a gap, with the way out. `path` is the setting it stands in. */
export function gapSentence(path: string, gap: Gap): string {
  if (gap.fault !== undefined) return `${path} uses ${gap.token}, which ${gap.fault}.`;
  if (gap.variable === undefined) {
    const forms =
      'write ${VAR} or ${VAR:-default} for a variable, ${file:…} or ${command:…} for a secret, or $${ for a plain "${"';
    return `${path} holds ${JSON.stringify(gap.token)}, which cannot be filled in; ${forms}.`;
  }
  const name = gap.variable;
  const fix = `export ${name} before starting, or write a default: \${${name}:-value}`;
  return `${path} uses ${gap.token}, but the variable ${name} is not set; ${fix}.`;
}
