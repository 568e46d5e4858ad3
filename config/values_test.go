package config_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/jsonpath"
	"sigs.k8s.io/yaml"
)

// expects is what a kind's objects must have: "Kind" how many there are, "Kind {path}"
// what kubectl's jsonpath prints of them.
type expects map[string]string

// valueRows show for each value of the chart what it changes.
var valueRows = []struct {
	set  string
	want expects
}{
	{"image.repository=registry.example/op,image.tag=v2,image.pullPolicy=Always,imagePullSecrets[0].name=a,logFormat=console,logLevel=debug,workers=5", expects{
		"Deployment {.spec.template.spec.containers[*].image}":           "registry.example/op:v2",
		"Deployment {.spec.template.spec.containers[*].imagePullPolicy}": "Always",
		"Deployment {.spec.template.spec.imagePullSecrets}":              `[{"name":"a"}]`,
		"Deployment {.spec.template.spec.containers[0].args}":            "*--workers=5*--log-format=console*--log-level=debug*",
	}},
	{"image.digest=sha256:" + strings.Repeat("a", 64) + ",global.imageRegistry=mirror.example:5000/a/,demo.enabled=true,demo.image=fake", expects{
		"Deployment {.spec.template.spec.containers[0].image}": "mirror.example:5000/a/reseller-operator/reseller-operator@sha256:" + strings.Repeat("a", 64),
		"Deployment {.spec.template.spec.containers[1].image}": "mirror.example:5000/a/fake:v*",
	}},
	{"global.imagePullSecrets={a,b},imagePullSecrets[0].name=b,imagePullSecrets[1].name=c,global.region=eu", expects{
		"Deployment {.spec.template.spec.imagePullSecrets[*].name}": "b c a",
	}},
	{"nameOverride=ops", expects{
		"Deployment {.metadata.name}":                                            "x-ops",
		"Deployment {.spec.selector.matchLabels.app\\.kubernetes\\.io/name}":     "ops",
		"Deployment {.spec.template.metadata.labels.app\\.kubernetes\\.io/name}": "ops",
		"Service {.spec.selector.app\\.kubernetes\\.io/name}":                    "ops",
		"Deployment {.spec.template.spec.serviceAccountName}":                    "x-ops",
	}},
	{"nameOverride=ops,fullnameOverride=brokers", expects{
		"Deployment {.metadata.name}":     "brokers",
		"ServiceAccount {.metadata.name}": "brokers",
		"Role {.metadata.name}":           "brokers-leader-election",
	}},
	{"replicas=3,podDisruptionBudget.minAvailable=2,strategy.type=Recreate,revisionHistoryLimit=2,deploymentAnnotations.a=b", expects{
		"Deployment {.spec.replicas}":             "3",
		"PodDisruptionBudget {.spec}":             `{"minAvailable":2,*`,
		"Deployment {.spec.strategy.type}":        "Recreate",
		"Deployment {.spec.revisionHistoryLimit}": "2",
		"Deployment {.metadata.annotations.a}":    "b",
	}},
	{"replicas=2,podDisruptionBudget.maxUnavailable=50%", expects{"PodDisruptionBudget {.spec}": `{"maxUnavailable":"50%",*`}},
	{"replicas=2,podDisruptionBudget.enabled=false", expects{"PodDisruptionBudget": "0"}},
	{"leaderElection.leaseDuration=30s,leaderElection.renewDeadline=20s,leaderElection.retryPeriod=4s,allowedEndpoints={*.a.example,b.example},allowPrivateNetworks=true,dryRun=true,extraArgs={--kube-api-qps=7}", expects{
		"Deployment {.spec.template.spec.containers[0].args}": "*--leader-elect-lease-duration=30s*-renew-deadline=20s*-retry-period=4s*--allowed-endpoints=?.a.example,b.example*--allow-private-networks*--dry-run*--kube-api-qps=7*",
	}},
	{"watchNamespaces={a,b}", expects{"Role {.metadata.namespace}": "a b default", "ClusterRole": "1", "ValidatingAdmissionPolicy": "0", "Deployment {.spec.template.spec.containers[0].args}": "*--watch-namespaces=a,b*"}},
	{"sellers[0].name=main,sellers[0].spec.sellerID=a,sellers[0].spec.credentialsSecretRef.name=b", expects{"Seller {.metadata.name}": "main"}},
	{"crd.enabled=false", expects{"CustomResourceDefinition": "0"}},
	{"crd.keep=false", expects{"CustomResourceDefinition {.metadata.annotations.helm\\.sh/resource-policy}": "", "CustomResourceDefinition": "3"}},
	{"rbac.create=false", expects{"ClusterRole": "0", "Role": "0", "RoleBinding": "0", "ClusterRoleBinding": "0", "Deployment": "1"}},
	{"rbac.userRoles=false", expects{"ClusterRole {.metadata.name}": "x-reseller-operator-manager x-reseller-operator-metrics-reader"}},
	{"admissionPolicies.enabled=false", expects{"ValidatingAdmissionPolicy": "0"}},
	{"admissionPolicies.keepActivated=false", expects{"ValidatingAdmissionPolicy": "4"}},
	{"serviceAccount.name=mine", expects{"ServiceAccount": "0", "Deployment {.spec.template.spec.serviceAccountName}": "mine", "RoleBinding {.subjects[*].name}": "mine"}},
	{"serviceAccount.create=false,serviceAccount.name=mine", expects{"ServiceAccount": "0"}},
	{"serviceAccount.create=true,serviceAccount.name=mine,serviceAccount.annotations.a=b", expects{
		"ServiceAccount {.metadata.name}":          "mine",
		"ServiceAccount {.metadata.annotations.a}": "b",
	}},
	{"metrics.enabled=false", expects{"Service": "0", "ServiceMonitor": "0", "PrometheusRule": "0", "Deployment {.spec.template.spec.containers[0].args}": "*--metrics-bind-address=0*"}},
	{"metrics.readers[0].namespace=monitoring,metrics.readers[0].name=prometheus-k8s,metrics.certificateSecret=tls,prometheus.labels.release=kps", expects{
		`ClusterRoleBinding {.subjects[?(@.namespace=="monitoring")]}`: `{"kind":"ServiceAccount","name":"prometheus-k8s","namespace":"monitoring"}`,
		"ServiceMonitor {.spec.endpoints[0].tlsConfig.serverName}":     "x-reseller-operator-metrics.default.svc",
		"ServiceMonitor {.spec.endpoints[0].bearerTokenFile}":          "/var/run/secrets/kubernetes.io/serviceaccount/token",
		"ServiceMonitor {.spec.endpoints[0].interval}":                 "",
		"ServiceMonitor {.metadata.labels.release}":                    "kps",
		"PrometheusRule {.metadata.labels.release}":                    "kps",
	}},
	{"prometheus.monitor=false", expects{"ServiceMonitor": "0", "PrometheusRule": "1"}},
	{"prometheus.rules=false", expects{"ServiceMonitor": "1", "PrometheusRule": "0"}},
	{"prometheus.namespace=monitoring,prometheus.interval=1m,prometheus.scrapeTimeout=20s,prometheus.relabelings[0].action=a,prometheus.metricRelabelings[0].action=b,prometheus.authorization.credentials.name=token", expects{
		"ServiceMonitor {.metadata.namespace}":                             "monitoring",
		"PrometheusRule {.metadata.namespace}":                             "monitoring",
		"ServiceMonitor {.spec.namespaceSelector.matchNames}":              `["default"]`,
		"ServiceMonitor {.spec.endpoints[0].interval}":                     "1m",
		"ServiceMonitor {.spec.endpoints[0].scrapeTimeout}":                "20s",
		"ServiceMonitor {.spec.endpoints[0].relabelings[0].action}":        "a",
		"ServiceMonitor {.spec.endpoints[0].metricRelabelings[0].action}":  "b",
		"ServiceMonitor {.spec.endpoints[0].authorization.credentials}":    `{"name":"token"}`,
		"ServiceMonitor {.spec.endpoints[0].bearerTokenFile}":              "",
		"ServiceMonitor {.spec.endpoints[0].tlsConfig.insecureSkipVerify}": "true",
	}},
	{"dashboards.enabled=true,dashboards.namespace=monitoring,dashboards.labels.team=a,dashboards.annotations.grafana_folder=Resellers", expects{
		"ConfigMap {.metadata.namespace}":                  "monitoring",
		"ConfigMap {.metadata.labels.grafana_dashboard}":   "1",
		"ConfigMap {.metadata.labels.team}":                "a",
		"ConfigMap {.metadata.annotations.grafana_folder}": "Resellers",
		"ConfigMap {.data.reseller-operator-fleet\\.json}": `{ "uid": "reseller-operator-fleet",*`,
	}},
	{"replicas=1", expects{"ConfigMap": "0"}},
	{"discovery.enabled=true", expects{"ClusterRole {.rules[-1:].verbs}": `["create","delete"] *`}},
	{"traces.endpoint=http://collector:4317,traces.protocol=grpc,traces.ratio=0.1,extraEnv[0].name=A", expects{
		"Deployment {.spec.template.spec.containers[0].env[*].name}":  "OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_PROTOCOL OTEL_TRACES_SAMPLER OTEL_TRACES_SAMPLER_ARG A",
		"Deployment {.spec.template.spec.containers[0].env[*].value}": "http://collector:4317 grpc parentbased_traceidratio 0.1",
	}},
	{"networkPolicy.enabled=true,networkPolicy.egressPorts={8443}", expects{"NetworkPolicy {.spec.egress[1].ports[*].port}": "8443"}},
	{"resources.limits.memory=1Gi,podSecurityContext.fsGroup=7,securityContext.runAsUser=8,livenessProbe.failureThreshold=9,readinessProbe.timeoutSeconds=3", expects{
		"Deployment {.spec.template.spec.containers[0].resources.limits.memory}": "1Gi",
		"Deployment {.spec.template.spec.securityContext}":                       `{"fsGroup":7,"runAsNonRoot":true,*`,
		"Deployment {.spec.template.spec.containers[0].securityContext}":         `{"allowPrivilegeEscalation":false,*"readOnlyRootFilesystem":true,"runAsUser":8}`,
		"Deployment {.spec.template.spec.containers[0].livenessProbe}":           `{"failureThreshold":9,*"initialDelaySeconds":15,"periodSeconds":20}`,
		"Deployment {.spec.template.spec.containers[0].readinessProbe}":          `{*"periodSeconds":5,"timeoutSeconds":3}`,
	}},
	{"dnsPolicy=None,dnsConfig.nameservers={10.0.0.10},hostAliases[0].ip=10.0.0.1,hostAliases[0].hostnames={a.example},runtimeClassName=gvisor,priorityClassName=high,nodeSelector.a=b,tolerations[0].operator=Exists,affinity.nodeAffinity.a=b,topologySpreadConstraints[0].topologyKey=zone", expects{
		"Deployment {.spec.template.spec.dnsPolicy}":                 "None",
		"Deployment {.spec.template.spec.dnsConfig}":                 `{"nameservers":["10.0.0.10"]}`,
		"Deployment {.spec.template.spec.hostAliases}":               `[{"hostnames":["a.example"],"ip":"10.0.0.1"}]`,
		"Deployment {.spec.template.spec.runtimeClassName}":          "gvisor",
		"Deployment {.spec.template.spec.priorityClassName}":         "high",
		"Deployment {.spec.template.spec.nodeSelector}":              `{"a":"b"}`,
		"Deployment {.spec.template.spec.tolerations}":               `[{"operator":"Exists"}]`,
		"Deployment {.spec.template.spec.affinity}":                  `{"nodeAffinity":{"a":"b"}}`,
		"Deployment {.spec.template.spec.topologySpreadConstraints}": `[{"topologyKey":"zone"}]`,
	}},
	{"commonLabels.team=a,podLabels.mesh=off,podAnnotations.checked=yes,extraEnv[0].name=HTTPS_PROXY,extraVolumes[0].name=ca,extraVolumeMounts[0].name=ca,extraVolumeMounts[0].mountPath=/ca", expects{
		"Service {.metadata.labels.team}":                                     "a",
		"Deployment {.spec.template.metadata.labels.mesh}":                    "off",
		"Deployment {.spec.template.metadata.annotations.checked}":            "yes",
		"Deployment {.spec.template.spec.containers[0].env}":                  `[{"name":"HTTPS_PROXY"}]`,
		"Deployment {.spec.template.spec.volumes[*].name}":                    "tmp ca",
		"Deployment {.spec.template.spec.containers[0].volumeMounts[*].name}": "tmp ca",
	}},
	{"extraContainers[0].name=log-{{ .Release.Name }},extraContainers[0].image=i,extraInitContainers[0].name=wait,extraInitContainers[0].image=i,extraObjects[0].kind=ConfigMap,extraObjects[0].apiVersion=v1,extraObjects[0].metadata.name=of-{{ .Release.Name }}", expects{
		"Deployment {.spec.template.spec.containers[*].name}":     "manager log-x",
		"Deployment {.spec.template.spec.initContainers[*].name}": "wait",
		"ConfigMap {.metadata.name}":                              "of-x",
	}},
}

// Values of the most used charts of other operators, as their users try them first.
var triedFirst = []string{
	// cert-manager
	"installCRDs", "crds.enabled", "crds.keep", "replicaCount", "strategy", "podDisruptionBudget.minAvailable", "podDisruptionBudget.maxUnavailable",
	"global.imagePullSecrets", "nameOverride", "fullnameOverride", "serviceAccount.create", "serviceAccount.name", "serviceAccount.annotations",
	"image.registry", "image.repository", "image.tag", "image.digest", "image.pullPolicy", "extraArgs", "extraEnv", "resources", "securityContext", "volumes", "volumeMounts",
	"deploymentAnnotations", "podAnnotations", "podLabels", "hostAliases", "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints", "livenessProbe",
	"prometheus.enabled", "prometheus.servicemonitor", "extraObjects", "containerSecurityContext",
	// external-secrets
	"revisionHistoryLimit", "scopedNamespace", "rbac.create", "podSecurityContext", "priorityClassName", "concurrent", "log", "serviceMonitor", "imagePullSecrets",
	"commonLabels", "grafanaDashboard", "extraContainers", "extraInitContainers", "extraVolumes", "extraVolumeMounts", "dnsConfig", "dnsPolicy", "runtimeClassName", "leaderElect", "readinessProbe",
	// cloudnative-pg
	"crds.create", "additionalArgs", "additionalEnv", "monitoring", "updateStrategy", "maxConcurrentReconciles",
	// what many have
	"global.imageRegistry", "concurrency", "metrics.readers",
}

func templated(t *testing.T, set string) (string, error) {
	t.Helper()
	return helmTemplate(t, "--set", set)
}

// helmTemplate is what Helm makes of the chart where the Prometheus operator is.
func helmTemplate(t *testing.T, args ...string) (string, error) {
	t.Helper()
	args = append([]string{"template", "x", "chart", "--api-versions", "monitoring.coreos.com/v1/ServiceMonitor", "--api-versions", "monitoring.coreos.com/v1/PrometheusRule"}, args...)
	out, err := exec.CommandContext(t.Context(), "../bin/tools/helm", args...).CombinedOutput()
	return string(out), err
}

// found is what a row asks for, in the objects that were rendered.
func found(g Gomega, rendered, where string) string {
	kind, path, asks := strings.Cut(where, " ")
	var printed []string
	count := 0
	for document := range strings.SplitSeq(rendered, "\n---\n") {
		obj := &unstructured.Unstructured{}
		g.Expect(yaml.Unmarshal([]byte(document), obj)).To(Succeed(), document)
		if obj.Object == nil || obj.GetKind() != kind {
			continue
		}
		count++
		if asks {
			printed = append(printed, printedOf(g, obj, path))
		}
	}
	if !asks {
		return fmt.Sprint(count)
	}
	g.Expect(count).To(BeNumerically(">", 0), where)
	return strings.Join(strings.Fields(strings.Join(printed, " ")), " ")
}

func printedOf(g Gomega, obj *unstructured.Unstructured, path string) string {
	printer := jsonpath.New("").AllowMissingKeys(true)
	g.Expect(printer.Parse(path)).To(Succeed(), path)
	var text bytes.Buffer
	g.Expect(printer.Execute(&text, obj.Object)).To(Succeed(), path)
	return text.String()
}

// like lets * match anything, and ? for one letter.
func like(pattern string) OmegaMatcher {
	text := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return MatchRegexp("^" + text + "$")
}

// namesOfValues are those of chart/files/names.yaml.
func namesOfValues(g Gomega) (own []string, elsewhere map[string]string) {
	var names struct {
		Own       []string
		Elsewhere map[string]string
	}
	text, err := os.ReadFile("chart/files/names.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(yaml.UnmarshalStrict(text, &names)).To(Succeed())
	return append(names.Own, "serviceAccount.create", "podDisruptionBudget.maxUnavailable"), names.Elsewhere
}

func TestEachValueDoesWhatItSays(t *testing.T) {
	if testing.Short() {
		return // helm is built by make test
	}
	var all strings.Builder
	for _, row := range valueRows {
		all.WriteString("," + row.set)
		t.Run(row.set, func(t *testing.T) {
			g := NewWithT(t)
			rendered, err := templated(t, row.set)
			g.Expect(err).NotTo(HaveOccurred(), rendered)
			for where, want := range row.want {
				g.Expect(found(g, rendered, where)).To(like(want), where)
			}
		})
	}
	own, _ := namesOfValues(NewWithT(t))
	for _, name := range own {
		if !regexp.MustCompile(`,` + regexp.QuoteMeta(name) + `[=.\[]`).MatchString(all.String()) {
			t.Errorf("%s has no row", name)
		}
	}
}

func TestNamesOfOtherChartsLeadToTheRightOnes(t *testing.T) {
	if testing.Short() {
		return // helm is built by make test
	}
	g := NewWithT(t)
	own, elsewhere := namesOfValues(g)
	known := strings.Join(own, "\n") + "\n"
	for _, name := range triedFirst {
		parent, _, _ := strings.Cut(name, ".")
		_, there := elsewhere[name]
		_, group := elsewhere[parent]
		if !there && !group && !strings.Contains(known, name+"\n") {
			t.Errorf("%s neither works nor is refused with the right name", name)
		}
	}
	for name, instead := range elsewhere {
		said, err := templated(t, name+"=false")
		g.Expect(err).To(HaveOccurred(), name)
		g.Expect(said).To(ContainSubstring("%s is no value of this chart: use %s", name, instead))
		first := strings.FieldsFunc(instead, func(r rune) bool { return r == ' ' || r == ',' })[0]
		g.Expect("\n"+known).To(MatchRegexp(`\n%s[.\n]`, regexp.QuoteMeta(first)), "what is said instead of %s", name)
	}
}

// What helm upgrade --reuse-values would leave out.
func TestValuesOfAnEarlierChartAreRefused(t *testing.T) {
	if testing.Short() {
		return // helm is built by make test
	}
	said, err := templated(t, "securityContext=null")
	NewWithT(t).Expect(err).To(HaveOccurred(), said)
	NewWithT(t).Expect(said).To(ContainSubstring("securityContext is missing: upgrade with --reset-then-reuse-values"))
}
