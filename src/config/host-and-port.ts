/** An address to listen on with its port, in one text: `127.0.0.1:9464`, `[::1]:9464`, `localhost:0`. */
export interface HostAndPort {
  /** Without brackets. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/;

/** Undefined for what is none. */
export function hostAndPort(text: string): HostAndPort | undefined {
  const [, bracketed, plain, digits] = FORM.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
