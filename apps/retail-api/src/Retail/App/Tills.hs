-- | A till's day: open, cash in and out, count, close.
module Retail.App.Tills
  ( openTill,
    moveCash,
    countCash,
    reopenTill,
    closeTill,
    readReport,
  )
where

import Control.Monad (unless, when)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Env
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Till
import Retail.Db.Till
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Role (Permission (..))
import Retail.Domain.TillSession

openTill :: Work -> OpenTill -> IO TillSession
openTill work@Work {connection, actor = actor@Actor {staff}} request@OpenTill {tillId, openingFloat} = do
  location <- tillLocation connection tillId >>= (`orRefuse` (UnknownReference, "There is no such till."))
  requireAt actor RunTill location
  when (isNegative openingFloat) (refuse InvalidValue "The float is not negative.")
  let session = freshId work "till-session"
  addSession connection session staff request
  found work session

found :: Work -> Id "till-session" -> IO TillSession
found Work {connection} session = findSession connection session >>= (`orRefuse` noSession)

noSession :: (Code, Text)
noSession = (NotFound, "There is no such till session.")

-- | The session, locked, if the actor may do this there.
locked :: Work -> Permission -> Id "till-session" -> IO TillSession
locked Work {connection, actor} permission wanted = do
  session@TillSession {locationId} <- lockSession Exclusive connection wanted >>= (`orRefuse` noSession)
  session <$ requireAt actor permission locationId

moveCash :: Work -> Id "till-session" -> CashMovement -> IO TillSession
moveCash work@Work {connection, actor = Actor {staff}} wanted movement@CashMovement {amount, reason, direction} = do
  session@TillSession {state} <- locked work RunTill wanted
  unless (sells state) (refuse WrongState "The till session is not open.")
  unless (amount > nothing) (refuse InvalidValue "An amount is more than nothing; direction says which way it goes.")
  addCashMovement connection (freshId work "cash-movement") wanted staff movement
  note work "cash-movement" (Just wanted) (Text.unwords [Text.pack (show direction), Text.pack (show amount), reason])
  pure session

stepped :: SessionState -> SessionAction -> IO SessionState
stepped state action =
  step state action `orRefuse` wrongStep "A till session" (Text.pack (show state)) (Text.pack (show action))

-- | From here on nothing is sold, until the session is closed or opened again.
countCash :: Work -> Id "till-session" -> CountedCash -> IO Report
countCash work@Work {connection} wanted CountedCash {counted} = do
  TillSession {state} <- locked work CloseTill wanted
  next <- stepped state Count
  when (isNegative counted) (refuse InvalidValue "Counted cash is not negative.")
  setSessionState connection wanted next
  setCounted connection wanted counted
  reportOf connection =<< found work wanted

reopenTill :: Work -> Id "till-session" -> IO TillSession
reopenTill work@Work {connection} wanted = do
  TillSession {state} <- locked work CloseTill wanted
  setSessionState connection wanted =<< stepped state Reopen
  found work wanted

-- | The Z-report is kept as it is now.
closeTill :: Work -> UTCTime -> Id "till-session" -> IO Report
closeTill work@Work {connection, actor = Actor {staff}} now wanted = do
  session@TillSession {state} <- locked work CloseTill wanted
  _ <- stepped state Close
  report <- reportOf connection session
  let kept@Report {difference} = closedAtTime now report
  closeSession connection wanted staff now kept
  note work "close-till" (Just wanted) (maybe "" (Text.pack . show) difference)
  pure kept

closedAtTime :: UTCTime -> Report -> Report
closedAtTime now Report {closedAt = _, ..} = Report {closedAt = Just now, ..}

-- | The report so far of a session that is not closed.
readReport :: Connection -> Id "till-session" -> IO Report
readReport connection wanted = reportOf connection =<< (findSession connection wanted >>= (`orRefuse` noSession))
