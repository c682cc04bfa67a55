-- | The API, answered.
module Retail.Http.Server (application) where

import Data.Proxy (Proxy (..))
import Network.HTTP.Types (hCookie)
import Network.Wai (Application, Request, requestHeaders)
import Retail.App.Env
import Retail.App.Problem
import Retail.App.Sessions qualified as Sessions
import Retail.Http.Api
import Retail.Http.CatalogueServer (catalogueServer)
import Retail.Http.Cookie
import Retail.Http.Fault
import Retail.Http.PlanningServer (planningServer)
import Retail.Http.PurchaseServer (purchaseServer)
import Retail.Http.SaleServer (saleServer)
import Retail.Http.StaffServer (staffServer)
import Retail.Http.StockServer (stockServer)
import Retail.Http.StockTakeServer (stockTakeServer)
import Retail.Http.TillServer (tillServer)
import Retail.Http.TransferServer (transferServer)
import Servant (Context (..), NamedRoutes, hoistServerWithContext, serveWithContext)
import Servant.Server.Experimental.Auth (AuthHandler, mkAuthHandler)
import Servant.Server.Generic (AsServerT)
import Web.Cookie (parseCookies)

application :: Env -> Application
application env@Env {tell} =
  serveWithContext api (authenticated :. formatters :. EmptyContext) $
    hoistServerWithContext api (Proxy @'[AuthHandler Request Actor]) (guarded tell) (server env)
  where
    api = Proxy @(NamedRoutes Api)
    authenticated = mkAuthHandler (guarded tell . whoAsks env)

whoAsks :: Env -> Request -> IO Actor
whoAsks env request = do
  token <- cookieOf request `orRefuse` (Unauthenticated, "Log in.")
  Sessions.authenticate env token
  where
    cookieOf asked = lookup hCookie (requestHeaders asked) >>= lookup cookieName . parseCookies

server :: Env -> Api (AsServerT IO)
server env =
  Api
    { logIn = \request -> withCookie env =<< Sessions.logIn env request,
      staff = staffServer env,
      catalogue = catalogueServer env,
      stock = stockServer env,
      transfers = transferServer env,
      stockTakes = stockTakeServer env,
      purchases = purchaseServer env,
      planning = planningServer env,
      tills = tillServer env,
      sales = saleServer env
    }
