/**
 * Addresses no source may reach: the metadata services of clouds, which hand credentials to whoever asks, and
 * link-local ones in every spelling that leads there. Private ranges are allowed in this version: on clusters stores
 * live there.
 */
import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { CheckpointConfigError, CheckpointSourceError } from "@drydock/checkpoint";

const DENIED = blockList([
  "169.254.0.0/16",
  // Azure's wire server, Alibaba's and Oracle's metadata.
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "fe80::/10",
  "fd00:ec2::254",
]);

/** Throws when the host is an address that is denied and not listed in DRYDOCK_ALLOW_ADDRESSES. */
export function checkHost(host: string, env: NodeJS.ProcessEnv): void {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0) checkAddress(address, host, env);
}

/**
 * DNS for one connection: every address of the name is checked, and the connection goes to one of those checked, so a
 * name that answers differently the second time gains nothing. One denied address refuses the name as a whole.
 */
export function checkedLookup(env: NodeJS.ProcessEnv): LookupFunction {
  return (host, options, callback) => {
    dnsLookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "");
      try {
        for (const { address } of addresses) checkAddress(address, host, env);
      } catch (denied) {
        // What the lookup hands over is an Error; its type says less than that.
        return callback(denied as NodeJS.ErrnoException, "");
      }
      const [first] = addresses as [LookupAddress, ...LookupAddress[]];
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function checkAddress(address: string, host: string, env: NodeJS.ProcessEnv): void {
  const allowed = env.DRYDOCK_ALLOW_ADDRESSES;
  for (const form of [address, ...embedded(address)]) {
    if (!contains(DENIED, form)) continue;
    if (allowed !== undefined && contains(allowList(allowed), form)) continue;
    throw new CheckpointSourceError(`${host}: ${form} is an address of a metadata service or link-local`, {
      kind: "denied",
      code: "SOURCE_ADDRESS_DENIED",
      details: { host, address: form },
      remedy: "an operator can allow it for the fetcher by DRYDOCK_ALLOW_ADDRESSES",
    });
  }
}

/** The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64 and 6to4. */
function embedded(address: string): string[] {
  if (isIP(address) !== 6) return [];
  const groups = groupsOf(address);
  const v4 = (at: number): string => {
    const [high = 0, low = 0] = groups.slice(at, at + 2);
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  };
  if (groups[0] === 0x2002) return [v4(1)];
  const prefix = groups
    .slice(0, 6)
    .map((g) => g.toString(16))
    .join(":");
  return ["0:0:0:0:0:0", "0:0:0:0:0:ffff", "64:ff9b:0:0:0:0"].includes(prefix) ? [v4(6)] : [];
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL class writes dotted quads as groups and drops leading zeros; a zone has no place in it.
  const text = new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  const [head = "", tail] = text.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((g) => Number.parseInt(g, 16));
  const before = parse(head);
  const after = parse(tail ?? "");
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address.replace(/%.*$/, ""), isIP(address) === 6 ? "ipv6" : "ipv4");
}

function allowList(text: string): BlockList {
  try {
    return blockList(text.split(/[\s,]+/).filter(Boolean));
  } catch (cause) {
    throw new CheckpointConfigError(
      [
        {
          path: "DRYDOCK_ALLOW_ADDRESSES",
          message: `expected addresses and networks such as 10.0.0.0/8, got "${text}"`,
        },
      ],
      { cause },
    );
  }
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
