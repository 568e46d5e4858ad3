-- What can be done with a Reseller, Seller or ClusterSeller.
local suspended = obj.spec.suspend == true
local actions = {
  ["reconcile"] = { ["displayName"] = "Look now", ["iconClass"] = "fa fa-fw fa-refresh" },
  ["suspend"] = { ["disabled"] = suspended, ["iconClass"] = "fa fa-fw fa-pause" },
  ["resume"] = { ["disabled"] = not suspended, ["iconClass"] = "fa fa-fw fa-play" },
}
return actions
