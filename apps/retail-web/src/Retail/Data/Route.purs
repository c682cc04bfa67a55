-- | The pages, and their addresses behind the `#`: static files need no rules on the server.
module Retail.Data.Route (Route(..), routeCodec, href) where

import Prelude hiding ((/))

import Data.Generic.Rep (class Generic)
import Routing.Duplex (RouteDuplex', print, root)
import Routing.Duplex.Generic (noArgs, sum)
import Routing.Duplex.Generic.Syntax ((/))

data Route
  = Sell
  | Receipts
  | Drawer
  | Queue
  | Switch
  | Catalogue
  | Stock
  | Reports

derive instance Generic Route _
derive instance Eq Route

routeCodec :: RouteDuplex' Route
routeCodec = root $ sum
  { "Sell": noArgs
  , "Receipts": "till" / "receipts" / noArgs
  , "Drawer": "till" / "drawer" / noArgs
  , "Queue": "till" / "queue" / noArgs
  , "Switch": "switch" / noArgs
  , "Catalogue": "catalogue" / noArgs
  , "Stock": "stock" / noArgs
  , "Reports": "reports" / noArgs
  }

href :: Route -> String
href route = "#" <> print routeCodec route
