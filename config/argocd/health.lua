-- Health of a Reseller, Seller or ClusterSeller for Argo CD: the conditions follow kstatus.
local hs = { status = "Progressing", message = "waiting for the operator" }
local st = obj.status
if st == nil or st.conditions == nil or st.observedGeneration ~= obj.metadata.generation then
  return hs
end
local found = {}
for _, c in ipairs(st.conditions) do
  found[c.type] = c
end
local function is(type)
  return found[type] ~= nil and found[type].status == "True"
end
local ready = found["Ready"]
if ready ~= nil then
  hs.message = ready.reason .. ": " .. ready.message
end
if is("Stalled") then
  hs.status = "Degraded"
elseif is("Suspended") then
  hs.status = "Suspended"
elseif is("Ready") then
  hs.status = "Healthy"
end
return hs
