-- | The API, answered.
module Retail.Http.Server (application) where

import Data.ByteString qualified as Bytes
import Data.Proxy (Proxy (..))
import Data.Text qualified as Text
import Network.HTTP.Types (hAuthorization, hCookie)
import Network.Wai (Application, Request, requestHeaders)
import Retail.App.Attempts (addressOf)
import Retail.App.Config (Config (..))
import Retail.App.Env
import Retail.App.PaymentInbox qualified as PaymentInbox
import Retail.App.Problem
import Retail.App.Sessions qualified as Sessions
import Retail.Http.Api
import Retail.Http.CatalogueServer (catalogueServer)
import Retail.Http.ClientServer (clientServer)
import Retail.Http.Cookie
import Retail.Http.Fault
import Retail.Http.OrderServer (orderServer)
import Retail.Http.PlanningServer (planningServer)
import Retail.Http.PurchaseServer (purchaseServer)
import Retail.Http.ReportServer (reportServer)
import Retail.Http.SaleServer (saleServer)
import Retail.Http.StaffServer (staffServer)
import Retail.Http.StockServer (stockServer)
import Retail.Http.StockTakeServer (stockTakeServer)
import Retail.Http.TillServer (tillServer)
import Retail.Http.TransferServer (transferServer)
import Servant (Context (..), NamedRoutes, NoContent (..), hoistServerWithContext, serveWithContext)
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
whoAsks env request = case lookup hAuthorization (requestHeaders request) >>= Bytes.stripPrefix "Bearer " of
  Just token -> Sessions.authenticateToken env token
  Nothing -> Sessions.authenticate env =<< (cookieOf request `orRefuse` (Unauthenticated, "Log in."))
  where
    cookieOf asked = lookup hCookie (requestHeaders asked) >>= lookup cookieName . parseCookies

server :: Env -> Api (AsServerT IO)
server env@Env {config = Config {proxies}} =
  Api
    { logIn = \peer forwarded request -> withCookie env =<< Sessions.logIn env (addressOf proxies (Text.pack (show peer)) forwarded) request,
      staff = staffServer env,
      catalogue = catalogueServer env,
      stock = stockServer env,
      transfers = transferServer env,
      stockTakes = stockTakeServer env,
      purchases = purchaseServer env,
      planning = planningServer env,
      tills = tillServer env,
      sales = saleServer env,
      orders = orderServer env,
      clients = clientServer env,
      reports = reportServer env,
      paymentMessage = \slug signature body -> NoContent <$ PaymentInbox.receive env slug signature body
    }
