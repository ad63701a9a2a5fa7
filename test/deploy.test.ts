/** The manifests of deploy/k8s are what Kubernetes' own schemas allow, and keep the promises of the security context. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseAllDocuments, parse as parseYaml } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly envFrom?: readonly { readonly secretRef?: unknown }[];
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: { readonly runAsNonRoot?: boolean };
  readonly automountServiceAccountToken?: boolean;
}
interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

/** What `kubectl kustomize` reads of a folder: its resources in order. */
function render(folder: string): Resource[] {
  const { resources } = parseYaml(readFileSync(`${root}${folder}/kustomization.yaml`, "utf8")) as {
    resources: string[];
  };
  return resources.flatMap((file) => documents(`${folder}/${file}`));
}

function documents(file: string): Resource[] {
  return parseAllDocuments(readFileSync(root + file, "utf8")).map((doc) => {
    assert.deepEqual(doc.errors, [], file);
    return doc.toJS() as Resource; // shape checked by the schema below
  });
}

async function validate(resource: Resource): Promise<void> {
  const module = (await import(`kubernetes-models/${resource.apiVersion}`)) as Record<
    string,
    (new (value: unknown) => { validate(): void }) | undefined
  >; // the package names one class per kind
  const Model = module[resource.kind];
  assert.ok(Model !== undefined, `no schema for ${resource.apiVersion} ${resource.kind}`);
  new Model(resource).validate();
}

const base = render("deploy/k8s/base");
const examples = globSync("deploy/k8s/examples/*.yaml", { cwd: root }).flatMap(documents);

for (const resource of [...base, ...examples]) {
  test(`${resource.kind}/${resource.metadata.name} is valid for Kubernetes`, async () => {
    await validate(resource);
  });
}

test("a value of the wrong type is caught by that check", async () => {
  const coordinator = base.find((r) => r.kind === "Deployment");
  assert.ok(coordinator?.spec !== undefined);
  const wrong: unknown = { ...coordinator, spec: { ...coordinator.spec, replicas: "two" } };
  await assert.rejects(validate(wrong as Resource)); // wrong on purpose
});

const pods = [...base, ...examples].flatMap((r) =>
  r.spec?.template === undefined ? [] : [r.spec.template.spec],
);

test("every container runs as non-root, drops all capabilities and gains none", () => {
  assert.ok(pods.length >= 4);
  for (const pod of pods) {
    assert.equal(pod.securityContext?.runAsNonRoot, true);
    assert.equal(pod.automountServiceAccountToken, false);
    for (const c of [...pod.containers, ...(pod.initContainers ?? [])]) {
      assert.equal(c.securityContext?.allowPrivilegeEscalation, false, c.name);
      assert.deepEqual(c.securityContext?.capabilities?.drop, ["ALL"], c.name);
    }
  }
});

test("of a node's services only the fetcher sees source credentials and writes the cache", () => {
  const node = pods.find((p) => p.containers.some((c) => c.name === "fetcher"));
  assert.ok(node !== undefined);
  for (const c of node.containers) {
    const secrets = (c.envFrom ?? []).filter((e) => e.secretRef !== undefined);
    assert.equal(secrets.length, c.name === "fetcher" ? 1 : 0, c.name);
    const cache = c.volumeMounts?.find((m) => m.mountPath.endsWith("/cache"));
    assert.equal(cache?.readOnly === true, c.name !== "fetcher", c.name);
  }
});
