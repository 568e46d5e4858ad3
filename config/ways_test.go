package config_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// timeout is only how long a failure takes to show: nothing waits for it.
const timeout = 3 * time.Minute

// Each way of installing runs for itself: they all bring the CRDs, and a manager.
var _ = Describe("Installing", Ordered, ContinueOnFailure, Serial, func() {
	It("by Helm's own commands survives an upgrade, a lost leader, a way back and an uninstallation, with each broker once", survives, SpecTimeout(6*timeout))
	It("by Helm with a fake seller API beside it needs no account", demonstrates, SpecTimeout(3*timeout))
	It("as the README's first screen says prints what that shows", tryOut, SpecTimeout(3*timeout))
	DescribeTable("as the pages say, by", func(ctx SpecContext, page, way, remove string) { installed(ctx, page, way, remove) },
		Entry("the README", readme, "Use it with your account", "helm uninstall reseller-operator --namespace reseller-operator-system --wait", SpecTimeout(3*timeout)),
		Entry("Kustomize", install, "Kustomize", "kubectl delete -k config/default", SpecTimeout(3*timeout)),
		Entry("one YAML file", install, "One YAML file", "kubectl delete -f dist/install.yaml", SpecTimeout(3*timeout)),
	)

	It("is followed by an account that exists, as its guide says", adopts, SpecTimeout(3*timeout))
	It("is followed by rotations of credentials, as their guide says", rotates, SpecTimeout(3*timeout))
	It("is followed by what to do when something is wrong, as its guide says", finds, SpecTimeout(3*timeout))
	It("is followed by an upgrade and a way back, as their guide says", upgrades, SpecTimeout(3*timeout))
	It("is followed by the loss of the cluster and a restore, as their guide says", restores, SpecTimeout(3*timeout))

	It("over v0.1.0 goes on with what that was about", func(ctx SpecContext) { takesOver(ctx, "released/v0.1.0") }, SpecTimeout(3*timeout))
	It("over v0.1.0 leaves alone what was healthy: no POST, no PUT", func(ctx SpecContext) { rests(ctx, "released/v0.1.0") }, SpecTimeout(3*timeout))
	It("over v0.1.0 takes 400 objects under each policy with it: no halt, no drift that is none, no edit lost", func(ctx SpecContext) { migrates(ctx, "released/v0.1.0") }, SpecTimeout(6*timeout))
	It("before its CRDs waits for them, alive and not ready", awaitsCRDs, SpecTimeout(3*timeout))
	It("without the CRDs of its version says what they lack, and starts nothing", func(ctx SpecContext) { refusesOlderCRDs(ctx, "released/v0.1.1") }, SpecTimeout(3*timeout))
	It("by Kustomize runs a manager with just the rights it needs", func(ctx SpecContext) {
		rendered := render(ctx, "kustomize", "build", "default")
		apply(ctx, rendered)
		namespace := &corev1.Namespace{}
		one(rendered, "Namespace", namespace)
		Expect(namespace.Labels).To(HaveKeyWithValue("pod-security.kubernetes.io/enforce", "restricted"))
		deployment := deploymentOf(rendered)
		Expect(deployment.Namespace).To(Equal(namespace.Name))
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-kustomize")
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "partners-kustomize", true)
		manager.measures(ctx, "reseller-operator-metrics-reader")
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm runs a manager with just the rights it needs", func(ctx SpecContext) {
		restricted(ctx, "by-helm")
		rendered := render(ctx, "helm", "template", "prod", "chart", "--namespace", "by-helm")
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-helm")
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "partners-helm", true)
		manager.measures(ctx, "prod-reseller-operator-metrics-reader")
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm for some namespaces needs no right outside them", func(ctx SpecContext) {
		for _, name := range []string{"limited", "team-a", "team-b"} {
			restricted(ctx, name)
		}
		rendered := render(ctx, "helm", "template", "limited", "chart", "--namespace", "limited",
			"--set", "watchNamespaces={team-a,team-b}", "--set", "metrics.enabled=false")
		Expect(rendered).NotTo(ContainSubstring("kind: ClusterRole"))
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "team-b", false)
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm has a manager make what it shows with the right to do so alone", discovers, SpecTimeout(3*timeout))

	It("by Kustomize for one namespace needs no right outside it", func(ctx SpecContext) {
		rendered := render(ctx, "kustomize", "build", "overlays/namespaced")
		Expect(rendered).NotTo(Or(ContainSubstring("kind: ClusterRole"), ContainSubstring("kind: ValidatingAdmissionPolicy")))
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, deployment.Namespace, false)
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("twice by Helm, for two teams, has each manager work beside the other", besideEachOther, SpecTimeout(6*timeout))

	It("by Helm runs a manager that shows no secret, whatever the seller API answers", func(ctx SpecContext) {
		restricted(ctx, "talkative")
		rendered := render(ctx, "helm", "template", "talkative", "chart", "--namespace", "talkative", "--set", "logLevel=trace")
		apply(ctx, rendered)
		restricted(ctx, "partners-parrot")
		manager := start(deploymentOf(rendered))
		manager.leads(ctx)
		manager.measures(ctx, "talkative-reseller-operator-metrics-reader")
		manager.leaksNothing(ctx, "partners-parrot")
	}, SpecTimeout(6*timeout))

	DescribeTable("lets only the operator write status, and the operator nothing of a Secret but finalizers,", guards, guardedWays)

	It("takes all that Kustomize has for production, and the parts fit", func(ctx SpecContext) {
		installForeignKinds()
		rendered := render(ctx, "kustomize", "build", "overlays/production")
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		pod, service := deployment.Spec.Template, serviceOf(rendered)
		expectMetricsPort(service, pod)

		policy, budget := &networkingv1.NetworkPolicy{}, &policyv1.PodDisruptionBudget{}
		one(rendered, "NetworkPolicy", policy)
		one(rendered, "PodDisruptionBudget", budget)
		Expect(pod.Labels).To(matchAll(policy.Spec.PodSelector.MatchLabels))
		Expect(pod.Labels).To(matchAll(budget.Spec.Selector.MatchLabels))
		Expect(pod.Spec.TopologySpreadConstraints).To(HaveLen(1))
		Expect(pod.Labels).To(matchAll(pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels))
		Expect(deployment.Spec.Replicas).To(HaveValue(BeEquivalentTo(2)))

		monitor, certificate := &unstructured.Unstructured{}, &unstructured.Unstructured{}
		one(rendered, "ServiceMonitor", monitor)
		one(rendered, "Certificate", certificate)
		Expect(service.Labels).To(matchAll(stringMap(monitor, "spec", "selector", "matchLabels")))
		Expect(monitor.GetNamespace()).To(Equal(service.Namespace))
		endpoints, _, err := unstructured.NestedSlice(monitor.Object, "spec", "endpoints")
		Expect(err).NotTo(HaveOccurred())
		names, _, err := unstructured.NestedStringSlice(certificate.Object, "spec", "dnsNames")
		Expect(err).NotTo(HaveOccurred())
		Expect(endpoints[0]).To(HaveKeyWithValue("tlsConfig", HaveKeyWithValue("serverName", names[0])))
		Expect(pod.Spec.Volumes).To(ContainElement(HaveField("Secret", HaveValue(HaveField("SecretName", certificate.Object["spec"].(map[string]any)["secretName"])))))
	}, SpecTimeout(2*timeout))

	DescribeTable("takes what Kustomize makes of", func(ctx SpecContext, folder string) {
		apply(ctx, render(ctx, "kustomize", "build", "crd"))
		for _, obj := range objects(render(ctx, "kustomize", "build", folder)) {
			if obj.GetNamespace() == "" {
				obj.SetNamespace("default")
			}
			Eventually(func() error {
				return cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.DryRunAll)
			}).WithContext(ctx).WithTimeout(timeout).Should(Succeed(), "%s %s", obj.GetKind(), obj.GetName())
		}
	},
		Entry("the CRDs alone", "crd"),
		Entry("the samples", "samples"),
	)

	DescribeTable("takes what the chart makes", func(ctx SpecContext, sets ...string) {
		restricted(ctx, "matrix")
		installForeignKinds()
		apply(ctx, render(ctx, "kustomize", "build", "crd")) // for the Sellers
		args := []string{"--namespace", "matrix"}
		for _, set := range sets {
			args = append(args, "--set", set)
		}
		render(ctx, "helm", append([]string{"lint", "chart", "--strict"}, args...)...)
		args = append(args, "--api-versions", "monitoring.coreos.com/v1/ServiceMonitor", "--api-versions", "monitoring.coreos.com/v1/PrometheusRule")
		rendered := render(ctx, "helm", append([]string{"template", "x", "chart"}, args...)...)
		apply(ctx, rendered, client.DryRunAll)
		fitTogether(ctx, rendered)
	},
		Entry("of its defaults"),
		Entry("of a digest and two replicas", "image.digest=sha256:"+strings.Repeat("a", 64), "replicas=2"),
		Entry("of three replicas with a budget, a place and a priority of their own", "replicas=3", "podDisruptionBudget.enabled=false",
			"priorityClassName=system-cluster-critical", "topologySpreadConstraints[0].maxSkew=1",
			"topologySpreadConstraints[0].topologyKey=zone", "topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule"),
		Entry("with other endpoints", "allowedEndpoints={*.example.com},allowPrivateNetworks=true,dryRun=true"),
		Entry("of namespaces, with metrics", "watchNamespaces={default,kube-public}"),
		Entry("without metrics and CRDs", "metrics.enabled=false", "crd.enabled=false"),
		Entry("with CRDs that go with it", "crd.keep=false"),
		Entry("with a network policy and its own certificate", "networkPolicy.enabled=true", "networkPolicy.egressPorts={443,8443}",
			"metrics.certificateSecret=metrics-tls", "prometheus.labels.release=kube-prometheus-stack"),
		Entry("without what Prometheus needs, roles for people and policies", "prometheus.monitor=false", "prometheus.rules=false",
			"rbac.userRoles=false", "admissionPolicies.enabled=false"),
		Entry("with an account that exists", "serviceAccount.name=existing"),
		Entry("with labels, arguments, environment, volumes and objects of one's own", "commonLabels.team=a", "podLabels.mesh=off",
			"podAnnotations.checked=yes", "extraArgs={--workers=3}", "extraEnv[0].name=HTTPS_PROXY", "extraEnv[0].value=http://proxy:3128",
			"extraVolumes[0].name=ca", "extraVolumes[0].configMap.name=ca", "extraVolumeMounts[0].name=ca", "extraVolumeMounts[0].mountPath=/ca",
			"extraObjects[0].apiVersion=v1", "extraObjects[0].kind=ConfigMap", "extraObjects[0].metadata.name=of-{{ .Release.Name }}",
			"extraObjects[0].metadata.namespace=matrix"),
		Entry("with more of the Pod, the scrape and names", "fullnameOverride=brokers", "replicas=3", "podDisruptionBudget.maxUnavailable=1", "strategy.type=Recreate",
			"dnsPolicy=None", "dnsConfig.nameservers={10.0.0.10}", "hostAliases[0].ip=10.0.0.1", "hostAliases[0].hostnames={a.example}",
			"podSecurityContext.fsGroup=7", "livenessProbe.failureThreshold=9", "deploymentAnnotations.a=b", "revisionHistoryLimit=1",
			"metrics.readers[0].namespace=default", "metrics.readers[0].name=scraper", "prometheus.interval=1m", "global.imagePullSecrets={pull}", "traces.endpoint=http://collector:4318"),
		Entry("with Sellers", "sellers[0].name=main", "sellers[0].spec.sellerID=a4711", "sellers[0].spec.credentialsSecretRef.name=a",
			"sellers[1].kind=ClusterSeller", "sellers[1].name=shared", "sellers[1].spec.sellerID=a4711",
			"sellers[1].spec.credentialsSecretRef.name=a", "sellers[1].spec.credentialsSecretRef.namespace=matrix"),
		Entry("with a fake seller API", "demo.enabled=true"),
		Entry("with discovery", "discovery.enabled=true"),
		Entry("with discovery in some namespaces", "discovery.enabled=true", "watchNamespaces={default,kube-public}"),
		Entry("with the rest changed", "imagePullSecrets[0].name=pull", "logFormat=console", "logLevel=debug", "resources.limits.cpu=1",
			"nodeSelector.kind=infra", "tolerations[0].operator=Exists", "leaderElection.leaseDuration=1m30s"),
	)

	DescribeTable("gives people what their role in the cluster says", givesPeople,
		Entry("by Kustomize", "reseller-operator", "reseller-operator-system", "kustomize", "build", "default"),
		Entry("by Helm", "prod-reseller-operator", "by-helm", "helm", "template", "prod", "chart", "--namespace", "by-helm"),
	)

	It("is followed by what the chart's notes say", func(ctx SpecContext) {
		notes := render(ctx, "helm", "install", "prod", "chart", "--namespace", "matrix", "--dry-run=client", "--set", "watchNamespaces={team-a}")
		Expect(notes).To(ContainSubstring("kubectl -n team-a create secret generic cloudmore-api"))
		Expect(notes).To(ContainSubstring("kubectl -n team-a wait --timeout=2m --for=condition=Ready reseller/"))
		manifests := regexp.MustCompile(`(?s)<<END\n(.*?)\nEND`).FindAllStringSubmatch(notes, -1)
		Expect(manifests).To(HaveLen(2))
		for _, manifest := range manifests {
			for _, obj := range objects(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(manifest[1], "4711")) {
				obj.SetNamespace("team-a")
				Expect(cluster.Create(ctx, obj, client.DryRunAll)).To(Succeed())
			}
		}
	}, SpecTimeout(timeout))
})

var _ = DescribeTable("The chart refuses", func(ctx SpecContext, value, says string) {
	out, err := tool(ctx, "helm", "template", "x", "chart", "--set", value)
	Expect(err).To(HaveOccurred())
	Expect(out).To(ContainSubstring(says))
},
	Entry("a value that it does not know", "replica=2", "additional properties 'replica' not allowed"),
	Entry("a part that it does not know", "image.name=x", "additional properties 'name' not allowed"),
	Entry("a digest that is none", "image.digest=latest", "image/digest"),
	Entry("replicas that are no number", "replicas=two", "replicas"),
	Entry("an argument that is no flag", "extraArgs={workers=3}", "extraArgs"),
	Entry("a log format that does not exist", "logFormat=xml", "logFormat"),
	Entry("a log level that does not exist", "logLevel=warn", "logLevel"),
	Entry("an endpoint that is no host", "allowedEndpoints={https://api.example.com}", "allowedEndpoints"),
	Entry("a namespace that can't be one", "watchNamespaces={Team A}", "watchNamespaces"),
	Entry("a label that is no text", "podLabels.a=1", "podLabels/a"),
	Entry("a time without a unit", "leaderElection.leaseDuration=15", "leaseDuration"),
	Entry("a port that can't be one", "networkPolicy.egressPorts={0}", "egressPorts"),
	Entry("a Seller without an account", "sellers[0].name=main", "spec"),
	Entry("an account whose number is no text", "sellers[0].name=a,sellers[0].spec.sellerID=4711,sellers[0].spec.credentialsSecretRef.name=a", "sellerID"),
	Entry("a Seller of a kind that does not exist", "sellers[0].kind=Broker,sellers[0].name=a,sellers[0].spec.sellerID=a,sellers[0].spec.credentialsSecretRef.name=a", "kind"),
	Entry("an environment variable that is there twice", "extraEnv[0].name=A,extraEnv[1].name=A", "extraEnv: A is there twice"),
	Entry("a variable of its own that is there twice", "traces.endpoint=http://a,extraEnv[0].name=OTEL_TRACES_SAMPLER", "extraEnv: OTEL_TRACES_SAMPLER is there twice"),
	Entry("a fake seller API for each of two Pods", "demo.enabled=true,replicas=2", "set replicas to 1"),
	Entry("a Seller where nobody looks", "watchNamespaces={team-a},sellers[0].name=a,sellers[0].spec.sellerID=a,sellers[0].spec.credentialsSecretRef.name=a", "which watchNamespaces lacks"),
	Entry("a ClusterSeller that nobody reads", "watchNamespaces={team-a},sellers[0].kind=ClusterSeller,sellers[0].name=a,sellers[0].spec.sellerID=a,sellers[0].spec.credentialsSecretRef.name=a", "no ClusterSeller is read"),
)

var _ = Describe("The chart", func() {
	It("has the CRDs and rules of this folder", func() {
		crds, err := filepath.Glob("crd/bases/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(filepath.Glob("chart/files/crds/*.yaml")).To(HaveLen(len(crds)))
		for _, path := range crds {
			Expect(content("chart/files/crds/" + filepath.Base(path))).To(Equal(content(path)))
		}
		var copied, original struct{ Rules any }
		Expect(yaml.Unmarshal(content("chart/files/rules.yaml"), &copied)).To(Succeed())
		Expect(yaml.Unmarshal(content("rbac/role.yaml"), &original)).To(Succeed())
		Expect(copied).To(Equal(original))
	})

	It("has the admission policies of this folder", func() {
		policies, err := filepath.Glob("chart/files/admission-policies/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(policies).To(HaveLen(5))
		for _, path := range policies {
			Expect(content(path)).To(Equal(content("components/admission-policies/" + filepath.Base(path))))
		}
	})

	It("has the roles and the alerts of this folder", func() {
		roles, err := filepath.Glob("chart/files/user-roles/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(roles).To(HaveLen(6))
		for _, path := range roles {
			Expect(content(path)).To(Equal(content("rbac/" + filepath.Base(path))))
		}
		Expect(content("chart/files/prometheus-rules.yaml")).To(Equal(content("components/prometheus/rules.yaml")))
	})

	It("has nothing of Prometheus where its kinds do not exist", func(ctx SpecContext) {
		Expect(render(ctx, "helm", "template", "x", "chart")).NotTo(ContainSubstring("monitoring.coreos.com"))
	})

	It("has the same Pod as Kustomize", func(ctx SpecContext) {
		chart := podOf(ctx, "helm", "template", "x", "chart")
		kustomize := podOf(ctx, "kustomize", "build", "default")
		Expect(chart.Containers[0].Args).To(ContainElements(kustomize.Containers[0].Args))
		for _, pod := range []*corev1.PodSpec{chart, kustomize} {
			pod.ServiceAccountName = ""
			pod.Containers[0].Args, pod.Containers[0].ImagePullPolicy = nil, ""
		}
		Expect(chart).To(Equal(kustomize))
	})
})
