-- | Tills and their sessions.
module Retail.Http.TillServer (tillServer) where

import Retail.App.Env
import Retail.App.Tills qualified as Tills
import Retail.App.Work
import Retail.Contract.Till
import Retail.Contract.Wire (encodeBytes)
import Retail.Db.Till qualified as Till
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

tillServer :: Env -> Actor -> TillApi (AsServerT IO)
tillServer env@Env {database, clock} actor@Actor {organisation} =
  TillApi
    { listTills = require actor Sell >> Till.listTills database organisation,
      addTill = \key request@NewTill {..} ->
        requireEverywhere actor EditCatalogue
          >> mutate
            env
            actor
            key
            "tills"
            request
            ( \work@Work {connection} -> do
                let tillId = freshId work "till"
                Till.addTill connection tillId request
                pure Till {openSession = Nothing, ..}
            ),
      listSessions = \till after limit -> do
        require actor RunTill
        mark <- traverse idCursor after
        let reading = Till.listSessions database organisation (placesOf actor RunTill) till mark (size limit)
        pageOf limit (\TillSession {tillSessionId} -> idText tillSessionId) <$> maybe id (foundIn env actor "till" "till") till reading,
      openTill = \key request -> mutate env actor key "till-sessions" request (`Tills.openTill` request),
      readSession = \session -> inTransaction database organisation $ \connection -> do
        row@TillSession {locationId} <- Till.findSession connection session >>= found "till session"
        row <$ requireAt actor RunTill locationId,
      moveCash = \session key request -> mutate env actor key ("cash-movements " <> idText session) request (\work -> Tills.moveCash work session request),
      countCash = \session key request -> mutate env actor key ("count " <> idText session) request (\work -> Tills.countCash work session request),
      reopen = \session key -> mutate env actor key ("reopen " <> idText session) () (`Tills.reopenTill` session),
      close = \session key -> do
        now <- clock
        mutate env actor key ("close " <> idText session) () (\work -> Tills.closeTill work now session),
      report = \session -> do
        kept <- Till.keptReport database organisation session
        inTransaction database organisation $ \connection -> do
          row@TillSession {locationId} <- Till.findSession connection session >>= found "till session"
          requireAt actor CloseTill locationId
          Answer <$> maybe (encodeBytes <$> Till.reportOf connection row) pure kept
    }
