/**
 * What a child may know of its surroundings: a few harmless names of ours, and what its entry names.
 *
 * Everything else stays with the gateway: its environment holds keys (of clouds, of other servers, of its own
 * clients) that are none of the child's business.
 */

/** Names every program may need to find its tools, its home, its language and its terminal. */
const POSIX = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE', 'USER', 'LOGNAME', 'SHELL', 'TERM'];
/** Where the machine keeps the certificates it trusts: files, no secrets; without them no package can be fetched. */
const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
/** The same on Windows, where many programs do not start without them. */
const WINDOWS = [
  'PATH',
  'PATHEXT',
  'COMSPEC',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROCESSOR_ARCHITECTURE',
  'NUMBER_OF_PROCESSORS',
];

/** Marks a child and, by inheritance, all it starts; not a secret. See `Orphans`. */
export const MARKER_NAME = 'SLUICE_CHILD';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a child.
 * @param inherited the gateway's environment, of which only harmless names are taken
 * @param named what the server's entry names; wins over what is inherited
 */
export function childEnvironment(
  inherited: Environment,
  named: Readonly<Record<string, string>> = {},
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && isHarmless(name, value, platform)) env[name] = value;
  }
  return Object.assign(env, named);
}

function isHarmless(name: string, value: string, platform: NodeJS.Platform): boolean {
  // Some shells export functions as variables: code, not a fact.
  if (value.startsWith('()')) return false;
  if (CERTIFICATES.includes(name)) return true;
  if (platform === 'win32') return WINDOWS.includes(name.toUpperCase());
  return POSIX.includes(name) || name.startsWith('LC_');
}
