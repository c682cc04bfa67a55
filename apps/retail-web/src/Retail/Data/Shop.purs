-- | Two shops in one browser do not share what it remembers.
module Retail.Data.Shop (shopId, ofShop) where

import Prelude

import Retail.Api.Types (Me, OrganisationId(..))

shopId :: Me -> String
shopId { organisation: { organisationId: OrganisationId id } } = id

ofShop :: String -> Me -> String
ofShop name me = name <> "." <> shopId me
