package cloudmore

import (
	"fmt"
	"testing"
)

func TestMarksOfABroker(t *testing.T) {
	yes, no := "active", "inactive"
	for _, row := range []struct {
		members string
		foreign bool
		active  string
	}{
		{`"isServiceBroker": true`, true, ""},
		{`"isServiceBroker": "true"`, true, ""},
		{`"isServiceBroker": "True "`, true, ""},
		{`"isServiceBroker": 1`, true, ""},
		{`"ServiceBroker": "yes"`, true, ""},
		{`"is_service_broker": "1"`, true, ""},
		{`"brokerType": "ServiceBroker"`, true, ""},
		{`"type": "service broker"`, true, ""},
		{`"isServiceBroker": false, "service-broker": 1`, true, ""},
		{`"isServiceBroker": false`, false, ""},
		{`"isServiceBroker": "false"`, false, ""},
		{`"isServiceBroker": 0`, false, ""},
		{`"isServiceBroker": null`, false, ""},
		{`"isServiceBroker": {"value": true}`, false, ""},
		{`"type": "Reseller"`, false, ""},
		{`"isServiceBrokerAdmin": true`, false, ""},
		{`"isActive": true`, false, yes},
		{`"isActive": false`, false, no},
		{`"IsActive": "False"`, false, no},
		{`"is_active": 0`, false, no},
		{`"inactive": "yes"`, false, no},
		{`"isInactive": false`, false, yes},
		{`"isActive": true, "inactive": true`, false, no},
		{`"isActive": null`, false, ""},
		{`"isActive": "soon"`, false, ""},
		{`"activeServices": 0`, false, ""},
	} {
		t.Run(row.members, func(t *testing.T) {
			d, _ := (&Client{}).decode([]byte(fmt.Sprintf(`{"id": "4711", %s}`, row.members)))
			active := ""
			if a := d.b.Active; a != nil {
				if active = no; *a {
					active = yes
				}
			}
			if d.b.Foreign != row.foreign || active != row.active {
				t.Errorf("another seller's: %t, %q; not %t, %q", d.b.Foreign, active, row.foreign, row.active)
			}
		})
	}
}
