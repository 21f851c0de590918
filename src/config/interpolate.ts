/**
 * `${VAR}`, `${VAR:-default}` and `${env:VAR}` in a text; `$${` stands for a plain `${`.
 *
 * As in a shell, the default is used when the variable is unset or empty. Nothing is filled in twice: a value
 * that itself looks like `${X}` stays as it is.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** What could not be filled in, and where in the text its `${` stands. */
export interface Gap {
  readonly token: string;
  /** The name of the variable that is not set; undefined when the form itself is not understood. */
  readonly variable: string | undefined;
}

export interface Filled {
  readonly text: string;
  /** The variables whose values went into the text. */
  readonly used: readonly string[];
  readonly gaps: readonly Gap[];
}

const TOKEN = /\$\$\{|\$\{[^}]*\}?/g;
const FORM = /^\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?\}$/;

/** Fills in the variables; what cannot be filled in stays as written and is told as a gap. */
export function interpolate(text: string, env: Environment): Filled {
  const used: string[] = [];
  const gaps: Gap[] = [];
  const filled = text.replace(TOKEN, (token) => {
    if (token === '$${') return '${';
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
  return { text: filled, used, gaps };
}

/** One sentence for a gap, with the way out. `path` is the setting it stands in. */
export function gapSentence(path: string, gap: Gap): string {
  if (gap.variable === undefined) {
    const forms = 'write ${VAR} or ${VAR:-default} for a variable, or $${ for a plain "${"';
    return `${path} holds ${JSON.stringify(gap.token)}, which cannot be filled in; ${forms}.`;
  }
  const name = gap.variable;
  const fix = `export ${name} before starting, or write a default: \${${name}:-value}`;
  return `${path} uses ${gap.token}, but the variable ${name} is not set; ${fix}.`;
}
