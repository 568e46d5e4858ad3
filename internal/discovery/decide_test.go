package discovery

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/naming"
)

const guid broker.ID = "0b1f6a2e-53c1-4a67-9d0e-5a8c1f0e9d11"

func brokers(ids ...broker.ID) []broker.Broker {
	all := make([]broker.Broker, len(ids))
	for i, id := range ids {
		name := "Acme " + string(id)
		all[i] = broker.Broker{ID: id, Name: &name}
	}
	return all
}

func object(name string, id broker.ID) Object {
	return Object{Namespace: "a", Name: name, ID: id, Made: true}
}

func TestDecide(t *testing.T) {
	yours := Object{Namespace: "a", Name: "yours", ID: "b1"}
	elsewhere := Object{Namespace: "b", Name: "x", ID: "b1", Made: true}
	named := func(id broker.ID) Object { return object(naming.Distinct(&brokers(id)[0], ""), id) }
	for name, row := range map[string]struct {
		question Question
		want     Answer
	}{
		"each unmanaged broker is shown":        {Question{Unmanaged: brokers("b1", "b2"), Objects: []Object{object("x", "b1")}}, Answer{Create: []Object{named("b2")}, Kept: 1}},
		"an id in another spelling is the same": {Question{Unmanaged: brokers(guid), Objects: []Object{object("x", broker.ID(strings.ToUpper(string(guid))))}}, Answer{Kept: 1}},
		"what is managed goes":                  {Question{Objects: []Object{object("x", "b1")}}, Answer{Delete: []Object{object("x", "b1")}}},
		"what is ignored goes, and is not made": {Question{Unmanaged: brokers("b1", "b2"), Ignored: []broker.ID{"b1", "b2"}, Objects: []Object{object("x", "b1")}}, Answer{Delete: []Object{object("x", "b1")}}},
		"what a user edited stays and shows it": {Question{Unmanaged: brokers("b1"), Objects: []Object{yours}}, Answer{}},
		"beside it the made one goes":           {Question{Unmanaged: brokers("b1"), Objects: []Object{object("x", "b1"), yours}}, Answer{Delete: []Object{object("x", "b1")}}},
		"of two one stays":                      {Question{Unmanaged: brokers("b1"), Objects: []Object{object("y", "b1"), object("x", "b1")}}, Answer{Delete: []Object{object("y", "b1")}, Kept: 1}},
		"one in another namespace is moved":     {Question{Unmanaged: brokers("b1"), Objects: []Object{elsewhere}}, Answer{Create: []Object{named("b1")}, Delete: []Object{elsewhere}}},
	} {
		row.question.On, row.question.Known, row.question.Namespace = true, true, "a"
		if got := Decide(&row.question); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestNothingIsDecidedWithoutAList(t *testing.T) {
	q := Question{On: true, Namespace: "a", Objects: []Object{object("x", "b1")}}
	if got := Decide(&q); !reflect.DeepEqual(got, Answer{}) {
		t.Errorf("it decides %+v", got)
	}
}

func TestWithoutDiscoveryWhatItMadeGoes(t *testing.T) {
	q := Question{Namespace: "a", Known: true, Unmanaged: brokers("b1"), Objects: []Object{object("x", "b1"), {Namespace: "a", Name: "yours", ID: "b2"}}}
	for _, q.Known = range []bool{true, false} {
		if got := Decide(&q); !reflect.DeepEqual(got, Answer{Delete: []Object{object("x", "b1")}}) {
			t.Errorf("known: %t: %+v", q.Known, got)
		}
	}
}

func TestTooManyAreCutOffByID(t *testing.T) {
	var ids []broker.ID
	for i := range MaxObjects + 2 {
		ids = append(ids, broker.ID(fmt.Sprintf("b%05d", MaxObjects+1-i)))
	}
	last := object("x", ids[0])
	a := Decide(&Question{On: true, Known: true, Namespace: "a", Unmanaged: brokers(ids...), Objects: []Object{last}})
	if len(a.Create) != MaxObjects || a.Over != 2 || !reflect.DeepEqual(a.Delete, []Object{last}) {
		t.Errorf("%d are made, %v go, %d are over", len(a.Create), a.Delete, a.Over)
	}
}

func TestIgnored(t *testing.T) {
	if got := IgnoredIn(" b1,, b2 ,"); !reflect.DeepEqual(got, []broker.ID{"b1", "b2"}) {
		t.Errorf("it names %q", got)
	}
}
