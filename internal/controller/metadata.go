package controller

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// metadataOnly has the cache keep of Secrets and ConfigMaps what the controllers read of
// them. They are all watched, those of strangers, too: annotations may hold 256 KiB each,
// and kubectl's last-applied-configuration has the data of a Secret.
func metadataOnly() map[client.Object]cache.ByObject {
	return map[client.Object]cache.ByObject{
		&corev1.Secret{}:    {Transform: bare},
		&corev1.ConfigMap{}: {Transform: bare},
	}
}

// bare is an object's metadata without what nobody reads. The annotation that permits an
// endpoint is read with the Secret's contents, from the API server. What is no metadata
// alone is none of the cache's business, and stays empty.
func bare(obj any) (any, error) {
	m, _ := obj.(*metav1.PartialObjectMetadata)
	if m == nil {
		return &metav1.PartialObjectMetadata{}, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: m.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Namespace: m.Namespace, Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion,
		Finalizers: m.Finalizers, DeletionTimestamp: m.DeletionTimestamp,
	}}, nil
}
